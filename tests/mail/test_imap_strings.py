"""Tests of the gateway for texts that go into IMAP commands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.errors import UnsafeArgument
from app.mail.imap_strings import LONGEST, folder_argument, folder_name, guarded, quoted

CONTROLS = [chr(number) for number in (*range(0x20), 0x7F)]
printable = st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=50)


@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_character_is_refused_wherever_it_stands(control: str) -> None:
    for text in (control, f"a{control}", f"{control}b", f"a{control}b"):
        with pytest.raises(UnsafeArgument):
            guarded(text)


def test_a_lone_surrogate_and_an_endless_text_are_refused() -> None:
    for text in ("a\ud800", "x" * (LONGEST + 1)):
        with pytest.raises(UnsafeArgument):
            guarded(text)


def test_quotes_and_backslashes_are_escaped() -> None:
    assert quoted('a "b" \\c') == b'"a \\"b\\" \\\\c"'


def test_a_value_that_looks_like_a_literal_stays_inside_its_quotes() -> None:
    assert quoted("x{5}") == b'"x{5}"'


def test_what_is_not_ascii_is_not_quoted() -> None:
    with pytest.raises(UnsafeArgument):
        quoted("müller")


@given(st.text(max_size=50))
def test_a_quoted_text_is_one_line_and_one_argument(text: str) -> None:
    try:
        argument = quoted(text)
    except UnsafeArgument:
        return
    inside = argument[1:-1].replace(b"\\\\", b"").replace(b'\\"', b"")
    assert argument.isascii()
    assert not {b'"', b"\r", b"\n"} & {bytes([octet]) for octet in inside}


@given(printable)
def test_a_folder_name_survives_the_way_to_the_server_and_back(name: str) -> None:
    assert folder_name(folder_argument(name).encode("ascii")) == name


def test_a_folder_name_that_breaks_the_encoding_is_still_shown() -> None:
    assert folder_name("Entwürfe &ÄÖ".encode()) == "Entwürfe &ÄÖ"
    assert folder_name(b"R&D 2026") == "R&D 2026"
