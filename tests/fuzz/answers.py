"""One session against one fuzzed answer: nothing but `MailError` may come out, whatever the octets are.

A case names the command that is answered and holds the octets; `<TAG>` in them becomes the command's tag.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.mail.errors import MailError
from app.mail.imap import MailSession, open_session
from tests.servers.scripted_imap import Wire
from tests.servers.sessions import IMPATIENT, LOGIN, LOOPBACK, NOW, mail, plain

TAG: Final = b"<TAG>"


def _idle(session: MailSession) -> None:
    session.start_idle()
    session.take_idle_input()
    session.finish_idle()


COMMANDS: Final[Mapping[str, Callable[[MailSession], object]]] = {
    "examine": lambda session: session.examine("Sent"),
    "search": lambda session: session.uids_after(2),
    "fetch": lambda session: session.fetch([1, 2, 3]),
    "ids": lambda session: session.fetch_ids([1, 2]),
    "list": lambda session: session.list_folders(),
    "append": lambda session: session.append("INBOX", mail(), NOW),
    "idle": _idle,
    "noop": lambda session: session.noop(),
}


@dataclass(frozen=True, slots=True)
class Case:
    command: str
    octets: bytes


class FuzzedServer:
    """The script of a `ScriptedImap`: an ordinary login, an opened folder, and then what the case says."""

    def __init__(self) -> None:
        self.case = Case("noop", b"")

    def __call__(self, wire: Wire) -> None:
        octets = self.case.octets
        wire.log_in()
        wire.examine()
        tag = wire.read_line().partition(b" ")[0]
        wire.send(octets.replace(TAG, tag))
        wire.close()


def try_case(server: FuzzedServer, port: int, case: Case) -> str:
    """The code of the error that came out, or `answered`; any other exception is a fault of ours."""
    server.case = case
    with open_session(plain(port), LOGIN, LOOPBACK, timeouts=IMPATIENT) as session:
        session.examine("Sent")
        try:
            COMMANDS[case.command](session)
        except MailError as error:
            return error.code
    return "answered"
