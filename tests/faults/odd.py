"""What odd servers say in the middle of a FETCH and around IDLE."""

from tests.servers.odd_imap import Answer, bye
from tests.servers.scripted_imap import Wire


def in_the_middle_of_a_fetch(wire: Wire, tag: str) -> None:
    """A whole answer, half a literal, and goodbye; nothing of it belongs to the mails that are there."""
    bye(b"* 1 FETCH (UID 1 FLAGS ())\r\n* 2 FETCH (UID 2 BODY[HEADER]<0> {400}\r\nSubject: Hal")(wire, tag)


def idle_then(answer: Answer, before: bytes = b"") -> Answer:
    """Say something, let the client idle until it says DONE or the answer comes first, and answer."""

    def take_part(wire: Wire, tag: str) -> None:
        wire.send(before + b"+ idling\r\n")
        if before:
            assert wire.read_line() == b"DONE"
        answer(wire, tag)

    return take_part
