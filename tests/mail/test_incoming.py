"""What the header of a received mail tells about whose answer it is."""

from datetime import UTC, datetime

import pytest

from app.mail.incoming import read_incoming, without_answer_marks

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("subject", "rest"),
    [("Re: AW: Angebot", "Angebot"), ("RE[2]: Angebot", "Angebot"), ("Angebot Re: 7", "Angebot Re: 7"), ("Re:", "")],
)
def test_marks_of_an_answer_are_taken_off_the_subject(subject: str, rest: str) -> None:
    assert without_answer_marks(subject) == rest


def test_the_nearest_mail_that_is_answered_stands_first() -> None:
    mail = read_incoming(
        7, NOW, b"From: a@x.example\r\nIn-Reply-To: <c@y>\r\nReferences: <a@y>\r\n <b@y> <c@y>\r\n\r\n"
    )
    assert mail is not None
    assert mail.answers == ("<c@y>", "<b@y>", "<a@y>")


def test_without_any_time_a_mail_tells_nothing() -> None:
    assert read_incoming(7, None, b"From: a@x.example\r\nDate: never\r\n\r\n") is None


@pytest.mark.parametrize("value", [b"no", b"No ; x=1"])
def test_auto_submitted_no_is_a_person(value: bytes) -> None:
    mail = read_incoming(7, NOW, b"From: a@x.example\r\nAuto-Submitted: " + value + b"\r\n\r\n")
    assert mail is not None
    assert not mail.is_automatic


def test_any_octets_are_read_without_an_error() -> None:
    assert read_incoming(7, NOW, bytes(range(256)) * 20) is not None
