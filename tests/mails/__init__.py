"""Hand-written example mails, one for each oddity that mail programs are known for."""

from pathlib import Path

from app.mail.message import MailMessage, read_message

FOLDER = Path(__file__).parent


def read_example(name: str) -> MailMessage:
    """The value of the example `name`.eml."""
    return read_message((FOLDER / f"{name}.eml").read_bytes())
