"""What the flows do with a rep's mailbox on the real server, and how they read it."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.flow.mails import PEOPLE, REP, template_mail
from tests.flow.running import Zuruf
from tests.servers.dovecot import Dovecot


def connect(zuruf: Zuruf, dovecot: Dovecot, user: str) -> str:
    """Connect a user's mailbox as an administrator does; returns what the command printed."""
    password = zuruf.directory / "password"
    password.write_text(dovecot.password + "\n")
    done = zuruf.command(
        "mailbox", "add", "--email", REP, "--username", user, "--host", dovecot.host,
        "--port", str(dovecot.imap_port), "--tls", "none", "--password-file", str(password), "--language", "de",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def nudges(dovecot: Dovecot, user: str) -> list[EmailMessage]:
    """The nudges in the user's INBOX."""
    mails = (message_from_bytes(stored.raw, policy=policy.default) for stored in dovecot.messages(user))
    return [mail for mail in mails if mail["X-Zuruf"] == "nudge"]


def send_template(dovecot: Dovecot, user: str, template: int = 0, first: int = 0) -> None:
    """One text to five people, numbered from `first` on."""
    for number, person in enumerate(PEOPLE, start=first):
        dovecot.append(user, template_mail(person, number, datetime.now(UTC), template))
