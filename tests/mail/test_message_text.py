"""Which text is found in a mail, whatever its MIME tree looks like."""

import pytest

from app.mail.message import read_message
from tests.mails import read_example

GREETING = "Guten Tag Frau Weber,\n\nunsere Fräsmaschine läuft 30 % leiser. Hätten Sie am Dienstag zehn Minuten?"


def test_quoted_printable_is_decoded() -> None:
    assert read_example("plain_quoted_printable").text == f"{GREETING}\n\nViele Grüße\nJonas Keller"


def test_plain_text_is_preferred_to_html() -> None:
    message = read_example("alternative")
    assert message.text == "Hello Anna, this is the plain form."
    assert message.html is not None
    assert 'href="https://t.example/c?x=1"' in message.html


def test_a_blank_plain_part_falls_back_to_html() -> None:
    assert read_example("alternative_blank_plain").text == "Hallo Frau Weber,\ndarf ich Ihnen die neue Fräse zeigen?"


def test_a_stub_that_asks_for_html_does_not_hide_the_html() -> None:
    assert "Die neue Fräse\n\nVorteil0 Vorteil1" in read_example("alternative_stub").text


def test_html_becomes_readable_lines_without_hidden_or_active_content() -> None:
    assert read_example("html_of_outlook").text == (
        "Guten Tag Frau Weber,\n\nPreis 3.900 €\nLieferzeit 2 Wochen\n- leise\n- schnell\n\nViele Grüße\nJonas Keller"
    )


def test_html_sent_as_plain_text_is_read_as_html() -> None:
    message = read_example("html_sent_as_plain")
    assert message.text == "Hallo Frau Weber"
    assert message.html is not None


def test_text_before_and_behind_a_file_belongs_together() -> None:
    message = read_example("apple_text_around_file")
    assert message.text == "Anbei das Angebot.\n\nIch rufe Sie morgen an."
    assert message.attachments == 1


def test_html_beside_other_plain_text_is_not_lost_unless_it_repeats_that_text() -> None:
    body = "--b\n\nIntro words\n--b\nContent-Type: text/html\n\n<p>{}</p>\n--b--\n"
    header = "Content-Type: multipart/mixed; boundary=b\n\n"
    assert read_message((header + body.format("Something else entirely")).encode()).text.endswith("else entirely")
    assert read_message((header + body.format("Intro <b>words</b>")).encode()).text == "Intro words"


def test_a_logo_in_the_text_is_no_attachment_but_a_file_is() -> None:
    message = read_example("nested_with_logo_and_file")
    assert message.text == "Hallo Frau Weber, anbei das Angebot."
    assert message.attachments == 1


def test_an_enclosed_message_is_an_attachment() -> None:
    message = read_example("forwarded_message")
    assert message.text == "Zur Kenntnis."
    assert message.attachments == 1


def test_a_calendar_part_is_noted() -> None:
    message = read_example("calendar_invitation")
    assert message.has_calendar
    assert message.text == "Besprechung am Dienstag"
    assert message.attachments == 0


def test_a_text_file_is_an_attachment_but_the_first_part_is_the_text_even_when_it_has_a_name() -> None:
    message = read_example("text_file_attached")
    assert message.text == "Siehe Liste."
    assert message.attachments == 1


def test_flowed_lines_are_joined_within_one_quote_depth() -> None:
    assert read_example("flowed").text == (
        "Dear Anna, this paragraph was wrapped by the mail program.\n\n"
        "> You wrote that the price matters.\n>> Older quote\n\nFrom my side it fits.\n--\nJonas"
    )


def test_delsp_takes_the_space_at_the_end_of_a_flowed_line_away() -> None:
    assert read_example("flowed_delsp").text == "Das ist ein langer Maschinenbaubetrieb in Köln."


def test_a_uuencoded_file_is_left_out() -> None:
    assert read_example("uuencoded_file").text == "Anbei die Zeichnung.\n\nViele Gruesse, Jonas"


def test_the_text_of_a_signed_message_stays_and_its_signature_goes() -> None:
    assert read_example("pgp_signed").text == "Der signierte Text.\n--\nJonas"


def test_damaged_base64_costs_the_damaged_characters_only() -> None:
    assert read_example("base64_damaged").text == f"{GREETING}\n\nViele Grüße\nJonas Keller"


def test_a_footer_behind_base64_stays_readable() -> None:
    text = read_example("base64_with_footer").text
    assert text.startswith(GREETING)
    assert text.endswith("_\nMailingliste der Maschinenbauer")


def test_damaged_quoted_printable_stays_as_it_is() -> None:
    text = read_example("quoted_printable_damaged").text
    assert text == "100 =% sicher, =ZZ bleibt, Grüße mit weichem  Umbruch"


def test_an_unknown_encoding_makes_a_file_of_the_part() -> None:
    message = read_example("encoding_unknown")
    assert (message.text, message.attachments) == ("", 1)


@pytest.mark.parametrize(
    "name", ["boundary_not_declared", "boundary_wrongly_declared", "boundary_never_closed", "boundary_nowhere"]
)
def test_a_wrong_boundary_does_not_lose_the_text(name: str) -> None:
    assert read_example(name).text.startswith("Der Text ist")


def test_a_boundary_that_stands_nowhere_is_noted() -> None:
    assert read_example("boundary_nowhere").defects == ("no_boundary",)


def test_markup_nested_deeper_than_the_parser_goes_keeps_its_text() -> None:
    raw = b"Content-Type: text/html\n\n<p>Anfang</p>" + b"<font>" * 2000 + b"Ein langes Ende"
    assert read_message(raw).text == "Anfang\nEin langes Ende"


def test_an_endless_character_reference_is_left_out() -> None:
    raw = b"Content-Type: text/html\n\n<p>vor &#" + b"9" * 5000 + b"; nach &amp;#" + b"1" * 5000 + b";</p>"
    assert read_message(raw).text == "vor nach"
