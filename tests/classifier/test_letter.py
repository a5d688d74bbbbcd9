"""Greeting, closing, signature, disclaimer and postscript."""

import pytest

from classifier.letter import message_lines

NOBODY: frozenset[str] = frozenset()


def message(text: str, sender: frozenset[str] = NOBODY, recipient: frozenset[str] = NOBODY) -> str:
    return "\n".join(message_lines(text.split("\n"), sender, recipient))


@pytest.mark.parametrize(
    "greeting",
    [
        "Sehr geehrte Frau Weber,",
        "Sehr geehrter Herr Dr. Lang,",
        "Hallo Anna!",
        "Moin Frau Stein,",
        "Dear Mr. Whitfield,",
        "Hi there -",
        "Good morning Ben",
        "Anna,",
    ],
)
def test_a_greeting_is_no_message(greeting: str) -> None:
    assert message(f"{greeting}\n\nKommen Sie vorbei.") == "Kommen Sie vorbei."


def test_a_greeting_within_the_line_is_cut_off() -> None:
    assert message("Hallo Uwe, wir haben 300 Gitterboxen abzugeben.") == "wir haben 300 Gitterboxen abzugeben."


def test_an_odd_greeting_is_known_by_the_recipient_s_name() -> None:
    assert message("Ahoi Anna!\nDas Boot liegt bereit.", recipient=frozenset({"anna"})) == "Das Boot liegt bereit."


@pytest.mark.parametrize(
    "closing",
    [
        "Mit freundlichen Grüßen",
        "Viele liebe Grüße aus Kassel",
        "LG",
        "Vielen Dank!",
        "Kind regards,",
        "Cheers",
        "Thanks,",
    ],
)
def test_a_closing_ends_the_message(closing: str) -> None:
    assert (
        message(f"Hallo,\nwir sehen uns am Montag.\n\n{closing}\nJonas Keller\nTel. 0351 555")
        == "wir sehen uns am Montag."
    )


def test_a_line_of_prose_that_begins_with_thanks_is_no_closing() -> None:
    text = "Die Teile sind da.\nThanks for sending them so fast."
    assert message(text) == text


def test_a_bare_name_before_the_company_ends_the_message() -> None:
    assert message("Kommst du morgen?\nSimone Falk\nFalk Flächen, Leipzig") == "Kommst du morgen?"


def test_the_sender_s_own_first_name_ends_the_message() -> None:
    assert message("bis morgen dann\njonas", sender=frozenset({"jonas", "keller"})) == "bis morgen dann"


def test_a_disclaimer_ends_the_message() -> None:
    assert message("Der Plan steht.\nDiese E-Mail enthält vertrauliche Informationen.") == "Der Plan steht."


def test_a_postscript_stays() -> None:
    assert message("Der Plan steht.\nGruß\nJonas\nPS: Der Kaffee auch.") == "Der Plan steht.\nPS: Der Kaffee auch."


def test_an_empty_mail_has_no_message() -> None:
    assert message("\n \n") == ""
