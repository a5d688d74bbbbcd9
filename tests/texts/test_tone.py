"""German mails can say "du": whatever addresses the reader has both forms."""

import re

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from app.texts import translator
from app.texts.catalogue import FOLDER

POLITE = re.compile(r"\b(?:Sie|Ihnen|Ihre?[mnrs]?)\b")
FAMILIAR = re.compile(r"\b(?:du|dich|dir|dein(?:e[mnrs]?)?|eure[mnrs]?|antworte|wähle|schreib|frag)\b", re.IGNORECASE)


def messages(folder: str) -> list[Message]:
    with (FOLDER / folder / "mail.po").open("rb") as file:
        return [message for message in read_po(file, locale="de") if message.id]


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def test_what_addresses_the_reader_politely_has_a_familiar_form() -> None:
    polite = {message.id for message in messages("de") if any(map(POLITE.search, forms(message)))}
    assert {message.id for message in messages("de_du")} == polite


@pytest.mark.parametrize("message", messages("de_du"), ids=lambda message: str(message.id)[:40])
def test_a_familiar_form_is_familiar_throughout(message: Message) -> None:
    for form in forms(message):
        assert FAMILIAR.search(form), form
        assert not POLITE.search(form), form


def test_the_tone_is_the_readers_choice() -> None:
    text = "Your answer:"
    assert translator("de").gettext(text) == "Ihre Antwort:"
    assert translator("de", "du").gettext(text) == "Deine Antwort:"
    assert translator("de", "du").gettext("I called") == translator("de").gettext("I called")
    assert translator("en", "du").gettext(text) == text
