"""What is read from the header of a mail."""

from datetime import UTC, datetime

import pytest

from app.mail.message import read_message
from tests.mails import read_example


def read_header(field: str) -> object:
    name = field.partition(":")[0].lower().replace("-", "_")
    return getattr(read_message(f"{field}\n\ntext".encode()), name)


def test_encoded_line_breaks_in_names_and_subject_become_spaces() -> None:
    message = read_example("line_break_in_names")
    assert message.subject == "Hallo Bcc: eve@evil.example"
    assert message.sender is not None
    assert message.sender.name == "Jonas Bcc: eve@evil.example"
    assert [(to.name, to.email) for to in message.recipients] == [("Anna X-Evil: 1", "anna@weber.example")]


def test_bidi_and_zero_width_marks_are_taken_out_after_decoding() -> None:
    message = read_example("bidi_and_zero_width")
    assert message.subject == "Angebot zwei"
    assert message.sender is not None
    assert message.sender.name == "Jonas Keller"
    assert message.to[0].name == "Anna Weber"
    assert message.text == "Guten Tag"


def test_a_character_cut_between_two_encoded_words_is_put_together() -> None:
    assert read_example("character_cut_between_words").subject == "Grüße aus Köln und mehr"


def test_a_header_in_bare_eight_bit_characters_is_read() -> None:
    message = read_example("eight_bit_header")
    assert message.subject == "Größe XL"
    assert message.sender is not None
    assert message.sender.name == "Jörg Kröger"


def test_a_folded_header_is_unfolded() -> None:
    assert read_header("Subject: one\n two\n\tthree") == "one two three"


def test_a_subject_is_cut_at_a_thousand_characters() -> None:
    assert read_header(f"Subject: {'a' * 5000}") == "a" * 1000


def test_the_date_is_read_as_utc() -> None:
    assert read_example("alternative").date == datetime(2024, 5, 6, 7, 30, tzinfo=UTC)


def test_an_impossible_date_is_none_and_noted() -> None:
    message = read_example("date_impossible")
    assert message.date is None
    assert message.defects == ("date",)


@pytest.mark.parametrize(
    "value",
    [
        *("Mon, 01 Jan 1000 00:00:00 +0100", "Fri, 31 Dec 9999 23:59:59 -0100", "01 Jan 1904 00:00:00 +0000"),
        *("gestern", ",,,", "Mon, 06 May 2024 09:30:00 +99999999", "1 2 3 4 5 6 7", "9" * 500),
    ],
)
def test_a_date_outside_of_the_age_of_mail_is_none(value: str) -> None:
    assert read_header(f"Date: {value}") is None


def test_a_date_without_a_zone_counts_as_utc() -> None:
    assert read_header("Date: 6 May 2024 09:30:00") == datetime(2024, 5, 6, 9, 30, tzinfo=UTC)


def test_identifiers_are_read_with_the_original_one() -> None:
    message = read_example("rewritten_by_exchange")
    assert message.message_id == "<AM0PR01MB@eurprd01.prod.outlook.example>"
    assert message.original_message_id == "<local-1@keller-maschinen.example>"
    assert message.in_reply_to == ("<q1@weber.example>",)
    assert message.references == ("<root@weber.example>", "<q1@weber.example>")


def test_an_identifier_without_brackets_gets_them() -> None:
    assert read_header("Message-ID: abc@keller-maschinen.example") == "<abc@keller-maschinen.example>"


def test_identifiers_with_characters_that_cannot_be_repeated_are_left_out() -> None:
    assert read_header("References: <a@b> <ä@b> <c\x07@b>") == ("<a@b>",)


def test_of_many_references_the_first_and_the_newest_are_kept() -> None:
    references = read_header("References: " + " ".join(f"<{number}@b>" for number in range(200)))
    assert isinstance(references, tuple)
    assert (len(references), references[0], references[1], references[-1]) == (50, "<0@b>", "<151@b>", "<199@b>")


def test_only_evidence_headers_are_handed_on() -> None:
    assert dict(read_example("rewritten_by_exchange").headers) == {
        "x-mailer": "Mäil 1.0",
        "x-hubspot-message-source": "sequence",
        "list-unsubscribe": "<https://t.example/u>, <mailto:u@t.example>",
    }


def test_a_text_without_a_header_is_all_body() -> None:
    message = read_example("no_header")
    assert message.text == "Guten Tag Frau Weber, ohne Kopf.\n\nNoch ein Absatz."
    assert message.sender is None


@pytest.mark.parametrize(("name", "text"), [("byte_order_mark", "Text"), ("bare_returns", "Zeile eins\nZeile zwei")])
def test_a_file_of_another_system_is_read(name: str, text: str) -> None:
    message = read_example(name)
    assert (message.subject, message.text) == ("Hallo", text)


def test_a_broken_line_amid_the_header_does_not_end_it() -> None:
    message = read_example("stray_header_line")
    assert message.subject == "Hallo"
    assert [to.email for to in message.to] == ["anna@weber.example"]
    assert message.text == "Text"


def test_a_mail_without_a_blank_line_keeps_its_text() -> None:
    message = read_message(b"Subject: Hallo\nSehr geehrte Frau Weber\nmit Gruss\n")
    assert (message.subject, message.text) == ("Hallo", "Sehr geehrte Frau Weber\nmit Gruss")


def test_nothing_at_all_is_a_message_without_anything() -> None:
    message = read_message(b"")
    assert (message.text, message.subject, message.recipients, message.html) == ("", "", (), None)
