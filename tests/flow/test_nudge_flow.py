"""From the command line to the nudge in INBOX, on a real Dovecot."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.flow.mails import PEOPLE, answer, personal_mail, template_mail
from tests.flow.running import Zuruf, wait_until
from tests.servers.dovecot import Dovecot

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def zuruf(tmp_path: Path) -> Iterator[Zuruf]:
    with Zuruf(tmp_path) as service:
        yield service


def connect(zuruf: Zuruf, dovecot: Dovecot, user: str) -> str:
    """Connect a user's mailbox as an administrator does; returns what the command printed."""
    password = zuruf.directory / "password"
    password.write_text(dovecot.password + "\n")
    done = zuruf.command(
        "mailbox", "add", "--email", "jonas@keller-maschinen.example", "--username", user, "--host", "127.0.0.1",
        "--port", str(dovecot.imap_port), "--tls", "none", "--password-file", str(password), "--language", "de",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def nudges(dovecot: Dovecot, user: str) -> list[EmailMessage]:
    mails = (message_from_bytes(stored.raw, policy=policy.default) for stored in dovecot.messages(user))
    return [mail for mail in mails if mail["X-Zuruf"] == "nudge"]


def send_template(dovecot: Dovecot, user: str, people: int = 5) -> None:
    for number, person in enumerate(PEOPLE[:people]):
        dovecot.append(user, template_mail(person, number, datetime.now(UTC)))


def test_one_burst_brings_one_nudge_with_number_and_thread(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.append(user, answer(PEOPLE[0], NOW), "INBOX")
    connect(zuruf, dovecot, user)
    send_template(dovecot, user)
    wait_until(lambda: nudges(dovecot, user))
    [nudge] = nudges(dovecot, user)
    text = nudge.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert nudge.get_all("To") == ["jonas@keller-maschinen.example"]
    assert nudge["Cc"] is None
    assert nudge["Bcc"] is None
    assert nudge["In-Reply-To"] == "<template.0.4@keller-maschinen.example>"
    assert re.search(r"an 5 Personen", text)
    assert "Anna Weber" in text
    assert "030 231250" in text
    assert "tel:+4930231250" in nudge.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_personal_mail_brings_nothing(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(zuruf, dovecot, user)
    for number, person in enumerate(PEOPLE):
        dovecot.append(user, personal_mail(person, number, datetime.now(UTC)))
    # A burst afterwards shows that everything before it was judged.
    send_template(dovecot, user)
    wait_until(lambda: nudges(dovecot, user))
    [nudge] = nudges(dovecot, user)
    assert nudge["In-Reply-To"].startswith("<template.")


def test_history_is_read_and_shown_but_never_nudged(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    for number, person in enumerate(PEOPLE):
        at = NOW - timedelta(days=20, minutes=number)
        dovecot.append(user, template_mail(person, number, at), when=f"{at:%d-%b-%Y %H:%M:%S} +0000")
    printed = connect(zuruf, dovecot, user)
    assert "5 mails sent, 5 of them look templated" in printed
    assert "Nudges that would have been sent: 1" in printed
    send_new = [
        template_mail(person, 50 + number, datetime.now(UTC), template=1) for number, person in enumerate(PEOPLE)
    ]
    for raw in send_new:
        dovecot.append(user, raw)
    wait_until(lambda: nudges(dovecot, user))
    assert [nudge["In-Reply-To"] for nudge in nudges(dovecot, user)] == ["<template.1.54@keller-maschinen.example>"]


def test_nothing_in_sent_is_changed(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(zuruf, dovecot, user)
    dovecot.append(user, template_mail(PEOPLE[0], 0, NOW), flags="()")
    send_template(dovecot, user)
    before = dovecot.messages(user, "Sent")
    wait_until(lambda: nudges(dovecot, user))
    assert dovecot.messages(user, "Sent") == before
