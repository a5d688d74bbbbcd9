"""The guard of every text that goes into an IMAP command: what passes is one argument, and reads back the same.

Read back by a tokenizer of our own, after the way over a socket and through the client library.
"""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.mail.errors import MailError, UnsafeArgument
from app.mail.imap import MailSession
from app.mail.imap_strings import folder_name, guarded, quoted
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.servers.sessions import scripted_session

ARGUMENT = re.compile(rb'"((?:[^"\\\r\n\0]|\\["\\])*)"|([^\s"(){]+)')
NASTY = st.sampled_from(
    ["\r", "\n", "\0", '"', "\\", "{5}", "{5}\r\n", " ", "a", "ä", "&", "-", "*", "%", "\x7f", "(", ")"]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(NASTY, max_size=8).map("".join))


def one_argument(wire: bytes) -> str:
    """The only argument, as a server reads it; an AssertionError where there is another number of them."""
    found = ARGUMENT.fullmatch(wire)
    assert found, wire
    value = found[2] if found[1] is None else re.sub(rb"\\(.)", rb"\1", found[1])
    return value.decode("ascii")


@given(TEXTS)
def test_what_passes_is_one_argument_and_reads_back_the_same(text: str) -> None:
    with suppress(UnsafeArgument):
        assert one_argument(quoted(text)) == text


@given(TEXTS)
def test_no_line_break_and_no_nul_ever_passes(text: str) -> None:
    with suppress(UnsafeArgument):
        assert not set(guarded(text)) & set("\r\n\0")


class Recorder:
    """The script of a server that answers every command with OK, and keeps the lines that came after the login."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.literal = b""

    def __call__(self, wire: Wire) -> None:
        wire.log_in()
        while True:
            line = wire.read_line()
            self.lines.append(line)
            if line.endswith(b"}"):
                self.literal = wire.read_literal()
            tag, _, command = line.partition(b" ")
            if command.startswith(b"EXAMINE"):
                wire.send("* OK [UIDVALIDITY 7] stable")
                wire.send("* OK [UIDNEXT 3] next")
            wire.send(tag + b" OK done\r\n")


@pytest.fixture(scope="module")
def recorded() -> Iterator[tuple[MailSession, Recorder]]:
    recorder = Recorder()
    with ScriptedImap(recorder) as server, scripted_session(server) as session:
        yield session, recorder


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(name=TEXTS)
def test_a_folder_of_any_name_is_one_argument_of_one_command(recorded: tuple[MailSession, Recorder], name: str) -> None:
    session, recorder = recorded
    recorder.lines.clear()
    try:
        session.examine(name)
    except UnsafeArgument:
        assert recorder.lines == []
        return
    [line] = recorder.lines
    assert folder_name(one_argument(line.partition(b" EXAMINE ")[2]).encode()) == name


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(text=TEXTS)
def test_a_search_for_any_address_is_one_command(recorded: tuple[MailSession, Recorder], text: str) -> None:
    session, recorder = recorded
    recorder.lines.clear()
    try:
        session.uids_from(text)
    except MailError:
        assert recorder.lines == []
        return
    [line] = recorder.lines
    argument = line.partition(b" FROM ")[2]
    assert text == (one_argument(argument) if text.isascii() else recorder.literal.decode())
