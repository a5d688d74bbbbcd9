"""What likelihood must not overrule: words of stopping beside a person never stop the notes about a text."""

from datetime import UTC

import pytest

from app.nudge.answers import AnswerKind, read_answer
from tests.nudge.test_answers import BERLIN, NOW, kind_of

PERSON_NAMED = [
    ("Die Frau Stein ist in Elternzeit, da bitte keine Hinweise mehr", "Frau Stein"),
    ("Herr Lang ist in Rente, bitte keine Hinweise mehr", "Herr Lang"),
    ("Er ist mein Bruder, bitte keine Hinweise mehr", None),
    ("Mr Lang has retired, no more reminders please", "Mr Lang"),
    ("As for Carla Stein, no more nudges please", "Carla Stein"),
    ("Ben left the company. No more nudges please.", "Ben"),
]
PERSON_MEANT = [
    "Keine Hinweise mehr, was Frau Stein angeht",
    "He's my brother, please stop these",
    "Frau Stein ist in Elternzeit. Da bitte keine Hinweise mehr.",
    "Bitte keine Hinweise mehr. Sie ist in Elternzeit.",
    "anna ist in elternzeit, keine hinweise mehr bitte",
    "Die Kundin mag das nicht, bitte keine Hinweise mehr",
    "keine hinweise mehr zu anna",
    "Bei ihr gar keine Hinweise mehr",
    "Weber arbeitet da nicht mehr, bitte keine Hinweise mehr",
    "Anna Weber.\nBitte keine Hinweise mehr",
    "Der Lang ist tot. Bitte keine Hinweise mehr.",
    "das ist mein Schwager bitte keine Hinweise mehr",
    "bitte keine Hinweise mehr. Wegen Anna.",
    "Mrs Stein is on maternity leave, no more notes please",
    "she works for us now, no more notes please",
    "no more emails about anna please",
    "no more notes on him please",
    "This customer has moved, no more reminders please",
    "stop these notes, carla is on leave",
    "The Stein account is closed, no more notes please",
    "anna.weber@example.com is gone, no more notes please",
    "lass das mit den Mails an ihn bitte sein",
    "Don't send me anything else about Anna",
]


@pytest.mark.parametrize(("text", "person"), PERSON_NAMED)
def test_no_notes_about_one_person_are_not_for_that_person(text: str, person: str | None) -> None:
    answer = read_answer(text, "", NOW.astimezone(UTC), BERLIN)
    assert (answer.kind, answer.person) == (AnswerKind.NOT_FOR_PERSON, person)


@pytest.mark.parametrize("text", PERSON_MEANT)
def test_a_stop_beside_a_person_is_no_stop(text: str) -> None:
    assert kind_of(text) in (AnswerKind.NOT_FOR_PERSON, AnswerKind.UNKNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "Frau Stein ist in Elternzeit, zu diesem Text bitte keine Hinweise mehr",
        "Hi Tom, stop please",
        "STOPP DAS NERVT",
        "Hören Sie bitte auf mit diesen Mails",
        "Bitte nehmen Sie mich von der Liste",
        "Schluss mit dem Mist",
        "Stop please.\n\nCheers\nTom",
        "Bitte keine Hinweise mehr\n\nMit freundlichen Grüßen\nJonas Keller\nVertrieb",
    ],
)
def test_a_stop_of_a_text_or_of_all_notes_is_taken(text: str) -> None:
    assert kind_of(text) is AnswerKind.STOP


@pytest.mark.parametrize(
    "text",
    [
        "can you take my stop back please",
        "Stopp war ein Versehen, bitte wieder einschalten",
        "I did not mean stop, switch it back on",
        "Ich schreibe solche Mails nicht mehr",
        "Our customers want no more of these mails",
        "lasst mich in Ruhe arbeiten, dann ruf ich an",
    ],
)
def test_a_stop_that_is_taken_back_or_of_others_is_none(text: str) -> None:
    assert kind_of(text) is not AnswerKind.STOP
