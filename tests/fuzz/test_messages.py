"""Mails that fuzzing by coverage found instructive: each is read, whole and from any of its beginnings."""

from pathlib import Path

import pytest

from app.mail.message import read_message
from tests.mail.test_message_properties import assert_sound

CORPUS = Path(__file__).parent / "corpus" / "messages"


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.stem)
def test_a_kept_mail_is_a_message_and_so_is_its_beginning(path: Path) -> None:
    raw = path.read_bytes()
    assert_sound(read_message(raw))
    assert_sound(read_message(raw[: len(raw) // 2]))
