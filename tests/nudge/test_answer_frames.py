"""Clauses that no phrase holds are read by who does what; what others do is not the rep's answer."""

import pytest

from app.nudge.answer_frames import framed, is_of_others, split_clauses
from app.nudge.answer_phrases import folded
from app.nudge.answer_text import Sentence


def sentence(text: str) -> Sentence:
    return Sentence(tuple(text.replace(",", " ,").split()), is_question=False)


def kinds(text: str) -> list[str]:
    return [frame.kind for frame in framed(sentence(text))]


def test_a_clause_ends_at_a_comma_and_where_a_conjunction_begins_another() -> None:
    clauses = split_clauses(sentence("nicht erreicht, aber ich versuche es morgen und ruf an"))
    assert [" ".join(one.words) for one in clauses] == ["nicht erreicht", "ich versuche es morgen", "ruf an"]


@pytest.mark.parametrize(
    "text", ["Frau Weber hat mich angerufen", "she just called", "Ben will call", "die Kundin hat bei uns angerufen"]
)
def test_calls_of_others_are_told_from_the_reps(text: str) -> None:
    assert is_of_others(folded(sentence(text)))
    assert kinds(text) == []


@pytest.mark.parametrize("text", ["sie hab ich angerufen", "he did not answer my call", "Frau Weber angerufen"])
def test_a_call_to_others_is_the_reps(text: str) -> None:
    assert not is_of_others(folded(sentence(text)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("der Herr ging gar nicht ans Telefon", "called"),
        ("ich wähle gerade", "will_call"),
        ("kein Massenversand", "not_a_template"),
        ("bitte letzte Eingabe ignorieren", "undo"),
        ("hab noch keine Gelegenheit gehabt", "later"),
    ],
)
def test_an_idea_tells_what_a_clause_says(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


def test_a_person_is_given_as_written() -> None:
    assert [frame.who for frame in framed(sentence("bitte Frau Dr. Weber ausnehmen"))] == ["Frau Dr. Weber"]


@pytest.mark.parametrize("text", ["keine Ahnung", "ohne persönliche Zeile", "Anna sagte nein", "wenn ich anrufe"])
def test_what_is_no_answer_gives_nothing(text: str) -> None:
    assert kinds(text) == []


def test_a_name_in_small_letters_beside_capitals_is_given_as_written() -> None:
    assert [frame.who for frame in framed(sentence("Danke, nicht für anna"))] == ["anna"]
