"""`zuruf check`: what it tells an administrator, and what it leaves alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.flow.running import Zuruf

GOOGLE = {"ZURUF_OAUTH_GOOGLE_CLIENT_ID": "zuruf"}
MICROSOFT = {"ZURUF_OAUTH_MICROSOFT_CLIENT_ID": "zuruf"}


def test_a_database_that_it_had_to_make_is_told(tmp_path: Path) -> None:
    assert "database: ok, made just now" in Zuruf(tmp_path).command("check").stdout
    assert "database: ok\n" in Zuruf(tmp_path).command("check").stdout


def test_a_database_of_another_version_is_told_and_left_alone(tmp_path: Path) -> None:
    Zuruf(tmp_path).command("migrate")
    with closing(sqlite3.connect(tmp_path / "data" / "zuruf.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '0003'")
        database.commit()
        before = list(database.iterdump())
        done = Zuruf(tmp_path).command("check")
        assert (done.returncode, "zuruf migrate" in done.stderr) == (1, True)
        assert list(database.iterdump()) == before


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        (GOOGLE | {"ZURUF_ALLOWED_HOSTS": "imap.firma.example"}, "imap.gmail.com"),
        (MICROSOFT | {"ZURUF_ALLOWED_HOSTS": "imap.gmail.com"}, "outlook.office365.com"),
    ],
)
def test_a_sign_in_whose_mail_server_is_not_allowed_is_told(
    settings: dict[str, str], missing: str, tmp_path: Path
) -> None:
    done = Zuruf(tmp_path, **settings).command("check")
    assert f"ZURUF_ALLOWED_HOSTS; add {missing}" in done.stdout


@pytest.mark.parametrize("hosts", ["", "imap.firma.example IMAP.gmail.com"])
def test_a_sign_in_whose_mail_server_is_allowed_is_not_mentioned(hosts: str, tmp_path: Path) -> None:
    done = Zuruf(tmp_path, **GOOGLE, ZURUF_ALLOWED_HOSTS=hosts).command("check")
    assert (done.returncode, "ALLOWED_HOSTS" in done.stdout) == (0, False)
