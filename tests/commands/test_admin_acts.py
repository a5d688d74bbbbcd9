"""What an administrator does by a command is written down for the rep, and what is the rep's own is not shown."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from app.store import admin_acts
from app.store.admin_acts import AdminActKind
from app.store.engine import Database
from app.store.schema import Rep
from tests.flow.mailboxes import connect
from tests.flow.mails import REP
from tests.flow.running import Zuruf
from tests.servers.dovecot import Dovecot


@pytest.fixture
def zuruf(tmp_path: Path) -> Zuruf:
    """Not started: these commands need no running service."""
    return Zuruf(tmp_path)


def _acts(zuruf: Zuruf) -> list[AdminActKind]:
    """The newest first, of the only rep."""
    database = Database(f"sqlite:///{zuruf.directory / 'data' / 'zuruf.db'}")
    with database.reading() as session:
        [rep] = session.query(Rep).all()
        acts = [act.kind for act in admin_acts.of_rep(session, rep.id)]
    database.close()
    return acts


def test_what_a_command_does_is_shown_to_the_rep(zuruf: Zuruf, dovecot: Dovecot) -> None:
    connect(zuruf, dovecot, dovecot.new_user())
    zuruf.command("mailbox", "pause", "--email", REP)
    zuruf.command("mailbox", "check")
    zuruf.command("mailbox", "check")
    kinds = AdminActKind
    assert _acts(zuruf) == [kinds.CHECKED, kinds.PAUSED, kinds.CONNECTED]


def test_a_rep_whose_mailbox_is_removed_is_told_by_a_mail(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(zuruf, dovecot, user)
    assert zuruf.command("mailbox", "remove", "--email", REP, "--yes").returncode == 0
    (told,) = [message_from_bytes(mail.raw, policy=policy.default) for mail in dovecot.messages(user)]
    assert (told["X-Zuruf"], told["To"]) == ("removed", REP)


def test_a_mailbox_that_cannot_be_reached_any_more_is_removed_all_the_same(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(zuruf, dovecot, user)
    right = dovecot.password
    dovecot.change_password("another")
    try:
        removed = zuruf.command("mailbox", "remove", "--email", REP, "--yes")
    finally:
        dovecot.change_password(right)
    assert (removed.returncode, "could not be told" in removed.stderr) == (0, True)
