"""The reader of the server's answers under hypothesis, and every answer that was ever instructive, again."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.mail.errors import MailError
from app.mail.imap_answers import (
    append_refused,
    command_refused,
    folder_refused,
    goodbye,
    greeting_refused,
    login_refused,
)
from app.mail.imap_strings import folder_name
from tests.fuzz.answers import COMMANDS, Case, FuzzedServer, try_case
from tests.servers.scripted_imap import ScriptedImap

EXAMPLES = int(os.environ.get("ZURUF_TEST_FUZZ", "600"))
CORPUS = Path(__file__).parent / "corpus" / "answers"
KEPT = [Case(path.name.partition("-")[0], path.read_bytes()) for path in sorted(CORPUS.iterdir())]
REFUSALS = (append_refused, command_refused, folder_refused, greeting_refused, goodbye, login_refused)

TOKENS = st.sampled_from(
    [
        b"* ", b"<TAG> ", b"OK ", b"NO ", b"BAD ", b"BYE ", b"+ ", b"\r\n", b"\n", b"\r", b"\0", b" ", b"(", b")",
        b'"', b"\\", b"[", b"]", b"{", b"}", b"{5}\r\n", b"{0}\r\n", b"{99999999999}\r\n", b"{-1}\r\n", b"~{3}\r\n",
        b"NIL", b"FETCH ", b"SEARCH ", b"LIST ", b"EXISTS", b"EXPUNGE", b"FLAGS ", b"UID ", b"1 ", b"2 ", b"3 ", b"0 ",
        b"-1", b"4294967296", b"9" * 30, b"INTERNALDATE ", b'"01-Jun-2026 10:00:00 +0200" ', b'"99-Xxx-0000 99:99"',
        b"RFC822.SIZE ", b"BODYSTRUCTURE ", b"BODY[HEADER]<0> ", b"BODY[] ", b"BODY[1] ", b'"/" ', b'"\\\\" ',
        b"\\Noselect", b"&AOQ-", b"&", b"&-", b"&2AD-", b"INBOX", b"[UIDVALIDITY 7] ", b"[UIDNEXT 0] ",
        b"[APPENDUID 7 9] ", b"[CAPABILITY IMAP4rev1] ", b"[UNAVAILABLE] ", b"[ALERT] ", b"\xff\xfe", b"\xc3\xa4",
        b'("text" "plain" NIL NIL NIL "7bit" 3 1)', b"(" * 200, b"x" * 3000,
    ]
)  # fmt: skip
ANSWERS = st.one_of(
    st.lists(st.one_of(TOKENS, st.binary(max_size=6)), max_size=14).map(b"".join), st.binary(max_size=200)
)
ENDED = ANSWERS.map(lambda octets: octets + b"\r\n<TAG> OK done\r\n")


@pytest.fixture(scope="module")
def server() -> Iterator[Callable[[Case], str]]:
    script = FuzzedServer()
    with ScriptedImap(script) as scripted:
        yield lambda case: try_case(script, scripted.port, case)


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=EXAMPLES)
@given(command=st.sampled_from(sorted(COMMANDS)), octets=st.one_of(ANSWERS, ENDED))
def test_any_answer_gives_a_value_or_an_error_of_ours(
    server: Callable[[Case], str], command: str, octets: bytes
) -> None:
    assert server(Case(command, octets))


@pytest.mark.parametrize("case", KEPT, ids=[path.name for path in sorted(CORPUS.iterdir())])
def test_a_kept_answer_gives_a_value_or_an_error_of_ours(server: Callable[[Case], str], case: Case) -> None:
    assert server(case)


@given(
    st.one_of(st.text(max_size=200), st.lists(TOKENS, max_size=8).map(lambda part: b"".join(part).decode("latin-1")))
)
def test_any_refusal_has_a_meaning(words: str) -> None:
    for refused in REFUSALS:
        assert isinstance(refused(words), MailError)


@given(ANSWERS)
@example(b"&AOQ")
@example(b"&2AD-")
@example(b"&////-")
def test_any_folder_name_can_be_shown(wire: bytes) -> None:
    assert isinstance(folder_name(wire), str)
