"""Slips of the pen: mended where one known word can be meant, never taken for a stop."""

import pytest

from app.nudge.answer_slips import by_what_is_left, word_meant
from app.nudge.answers import AnswerKind
from tests.nudge.test_answers import kind_of

WORDS = by_what_is_left(["wrong", "later", "remind", "angerufen", "stimmt", "stammt"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wrogn", "wrong"),
        ("wromg", "wrong"),
        ("latter", "later"),
        ("angrufen", "angerufen"),
        ("reminnd", "remind"),
    ],
)
def test_a_slip_stands_for_the_one_word_it_may_be(typed: str, meant: str) -> None:
    assert word_meant(typed, WORDS) == meant


@pytest.mark.parametrize("typed", ["stmmt", "wrng", "wreng", "arong", "wr" * 20])
def test_a_word_too_short_too_far_or_between_two_stands_for_none(typed: str) -> None:
    assert word_meant(typed, WORDS) is None


def test_any_letter_of_a_long_word_may_be_wrong() -> None:
    assert word_meant("angerxfen", WORDS) == "angerufen"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("angerufne", AnswerKind.CALLED),
        ("hab sie ereicht", AnswerKind.CALLED),
        ("kiene Vorlage", AnswerKind.NOT_A_TEMPLATE),
        ("wrogn", AnswerKind.NOT_A_TEMPLATE),
        ("spätr bitte", AnswerKind.LATER),
        ("Remidn me later", AnswerKind.LATER),
        ("calling her tomorow", AnswerKind.WILL_CALL),
    ],
)
def test_an_answer_with_a_slip_is_read(text: str, kind: AnswerKind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize("text", ["Bitte keine Hinwiese mehr", "no more remidners please", "trun these off"])
def test_a_stop_with_a_slip_is_one(text: str) -> None:
    assert kind_of(text) is AnswerKind.STOP


@pytest.mark.parametrize("text", ["Der Vertrag ist da", "die Nummer ist falsch", "layer", "Peter Klein", "anmelden"])
def test_a_word_that_only_looks_like_a_slip_makes_no_stop(text: str) -> None:
    assert kind_of(text) is not AnswerKind.STOP
