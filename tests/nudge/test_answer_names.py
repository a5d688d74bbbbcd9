"""Whom an answer names, as it stands there."""

import pytest

from app.nudge.answer_names import named_person, surely_names_somebody
from app.nudge.answer_text import own_sentences
from classifier.answers.reader import AnswerReader

KNOWS = AnswerReader.load().knows


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Frau Weber bitte nicht mehr vorschlagen", "Frau Weber"),
        ("Den Herrn Przybylski rufe ich nicht an", "Herrn Przybylski"),
        ("Dr. Feldmann ist unser Betriebsarzt", "Dr. Feldmann"),
        ("please skip Ben Whitfield", "Ben Whitfield"),
        ("not for ben whitfield", "ben whitfield"),
        ("whitfield's our supplier", "whitfield"),
        ("b.lang@spedition-hollmann.example bitte weglassen", "b.lang@spedition-hollmann.example"),
        ("nummer 2 ist mein Chef", "nummer 2"),
        ("Joris van Dyck is a colleague", "Joris van Dyck"),
        ("ANNA WEBER NICHT MEHR", None),
        ("die bitte nicht", None),
        ("she shouldn't be on here", None),
        ("nichts mehr zu dieser Preisinfo", None),
    ],
)
def test_a_person_is_named_as_written(text: str, person: str | None) -> None:
    found = named_person(own_sentences(text), KNOWS)
    assert found == person or (person is None and not surely_names_somebody(own_sentences(text), KNOWS))


@pytest.mark.parametrize(
    "text", ["Stopp bitte.\n\nHeinrich Lohmann", "Bitte abstellen. Jule", "Stop the JD mail hints"]
)
def test_a_signature_and_shorthand_name_nobody(text: str) -> None:
    assert not surely_names_somebody(own_sentences(text), KNOWS)
