"""The command line as an administrator meets it."""

import json
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.flow.mailboxes import connect
from tests.flow.mails import PEOPLE, REP, personal_mail, template_mail
from tests.flow.running import Zuruf
from tests.servers.accounts import free_port
from tests.servers.dovecot import Dovecot

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def zuruf(tmp_path: Path) -> Zuruf:
    """Not started: these commands need no running service."""
    return Zuruf(tmp_path)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "sent"
    folder.mkdir()
    for number, person in enumerate(PEOPLE):
        at = NOW + timedelta(minutes=number)
        (folder / f"t{number}.eml").write_bytes(template_mail(person, number, at))
        (folder / f"p{number}.eml").write_bytes(personal_mail(person, number, at))
    return folder


def test_scan_finds_the_template_and_not_the_personal_mails(zuruf: Zuruf, outbox: Path) -> None:
    done = zuruf.command("scan", str(outbox), "--json")
    report = json.loads(done.stdout)
    assert (report["sends"], report["flagged"]) == (10, 5)
    assert [(template["count"], template["recipients"]) for template in report["templates"]] == [(5, 5)]
    assert {send["message_id"][:9] for send in report["flagged_sends"]} == {"<template"}
    assert len(report["nudges"]) == 1


def test_scan_prints_a_table_for_people(zuruf: Zuruf, outbox: Path) -> None:
    printed = zuruf.command("scan", str(outbox)).stdout
    assert "10 mails sent, 5 of them look templated" in printed
    assert "Nudges that would have been sent: 1" in printed


def test_scan_of_no_mail_says_so(zuruf: Zuruf, tmp_path: Path) -> None:
    done = zuruf.command("scan", str(tmp_path / "nothing"))
    assert done.returncode == 1
    assert "is no mbox file, Maildir" in done.stderr


def test_a_wrong_password_says_what_to_do(zuruf: Zuruf, dovecot: Dovecot) -> None:
    done = zuruf.command(
        "mailbox", "add", "--email", REP, "--username", dovecot.new_user(), "--host", dovecot.host,
        "--port", str(dovecot.imap_port), "--tls", "none", "--password-file", "-", stdin="falsch",
    )  # fmt: skip
    assert done.returncode == 1
    assert "password" in done.stderr
    assert "falsch" not in done.stdout + done.stderr


def test_an_unknown_provider_asks_for_the_server(zuruf: Zuruf) -> None:
    done = zuruf.command("mailbox", "add", "--email", REP, "--password-file", "-", stdin="pw")
    assert done.returncode == 1
    assert "server" in done.stderr


def test_none_is_refused_beyond_loopback(zuruf: Zuruf) -> None:
    words = ("mailbox", "add", "--email", REP, "--host", "192.0.2.1", "--tls", "none", "--password-file", "-")
    assert zuruf.command(*words, stdin="pw").returncode == 1


def test_a_mailbox_is_listed_paused_resumed_checked_and_removed(zuruf: Zuruf, dovecot: Dovecot) -> None:
    connect(zuruf, dovecot, dovecot.new_user())
    assert "watched" in zuruf.command("mailbox", "list").stdout
    assert zuruf.command("mailbox", "pause", "--email", REP).returncode == 0
    assert "paused" in zuruf.command("mailbox", "list").stdout
    assert zuruf.command("mailbox", "resume", "--email", REP).returncode == 0
    assert "ok, watched" in zuruf.command("mailbox", "check").stdout
    assert zuruf.command("mailbox", "remove", "--email", REP, "--yes").returncode == 0
    assert "No mailbox is connected" in zuruf.command("mailbox", "list").stdout


def test_check_proves_an_installation_and_names_a_lost_key(zuruf: Zuruf) -> None:
    done = zuruf.command("check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "model: ok" in done.stdout
    key = zuruf.directory / "data" / "secret.key"
    key.write_text(zuruf.command("keys", "new").stdout)
    done = zuruf.command("check")
    assert done.returncode == 1
    assert "ZURUF_SECRET_KEY" in done.stderr


def test_the_key_file_is_for_its_owner_only(zuruf: Zuruf) -> None:
    zuruf.command("migrate")
    assert (zuruf.directory / "data" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_taken_port_is_named(zuruf: Zuruf) -> None:
    with socket.create_server(("127.0.0.1", zuruf.port)):
        done = zuruf.command("serve")
    assert done.returncode == 1
    assert "ZURUF_PORT" in done.stderr


def test_a_second_service_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with Zuruf(tmp_path) as running:
        running.environment["ZURUF_PORT"] = str(free_port())
        done = running.command("serve")
    assert done.returncode == 1
    assert "another Zuruf process" in done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopping_is_clean(tmp_path: Path, how: signal.Signals) -> None:
    service = Zuruf(tmp_path)
    service.start()
    assert service.process is not None
    service.process.send_signal(how)
    assert service.process.wait(timeout=20) == 0
    assert "Zuruf has stopped." in service.log.read_text()
    assert "Traceback" not in service.log.read_text()


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "app", "migrate"],
        env={**os.environ, "ZURUF_DATA_DIR": str(tmp_path / "file" / "data")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "ZURUF_DATA_DIR" in done.stderr


def test_the_torture_corpus_goes_through_scan(zuruf: Zuruf, tmp_path: Path) -> None:
    corpus = Path(__file__).parents[3] / "shared" / "data" / "mime_torture.jsonl.gz"
    if not corpus.exists():
        pytest.skip("needs the torture corpus beside the checkout")
    folder = _unpacked(corpus, tmp_path / "torture")
    done = zuruf.command("scan", str(folder), "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    assert report["unreadable"] == []
    assert report["sends"] > 380


def _unpacked(corpus: Path, folder: Path) -> Path:
    import base64
    import gzip

    folder.mkdir()
    with gzip.open(corpus, "rt") as lines:
        for number, line in enumerate(lines):
            (folder / f"{number:03}.eml").write_bytes(base64.b64decode(json.loads(line)["raw_base64"]))
    return folder
