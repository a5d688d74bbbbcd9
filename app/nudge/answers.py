"""Reads what a rep answers to a nudge, with a word or in sentences, in German or English, into one wish or none.

In doubt the answer is unknown. It knows nothing of the nudge, and carries nothing out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from app.nudge.answer_doubts import is_taken_back, may_stop_something_else
from app.nudge.answer_names import is_title, named_person, surely_names_somebody
from app.nudge.answer_text import COMMA, Sentence, own_sentences, typed_subject
from app.nudge.folding import fold, folded
from app.nudge.spoken_times import spoken_time
from classifier.answers.reader import AnswerReader
from classifier.letter import greeting_opening

_MOST_SENTENCES: Final = 8  # a longer text is a letter to somebody, not an answer to a nudge
_LEAST_SURE: Final = 0.35
_LEAST_SURE_STOP: Final = 0.6  # it ends something
_LEAST_SECOND: Final = 0.1  # what was nearly as likely as a stop that is none
_SURE: Final = 0.7  # a clause that says so, whatever stands beside it
_GREETED: Final = frozenset(
    {"zusammen", "team", "alle", "leute", "ihr", "lieben", "guys", "all", "everyone", "there", "zuruf"}
)


class AnswerKind(StrEnum):
    """What a rep can answer. The words of those that are feedback are those of `FeedbackKind`."""

    CALLED = "called"
    WILL_CALL = "will_call"
    NOT_A_TEMPLATE = "not_a_template"
    NOT_FOR_PERSON = "not_for_person"
    LATER = "later"
    STOP = "stop"
    UNDO = "undo"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """`when` belongs to `WILL_CALL` and `LATER`: aware, UTC, never past; None where no time was said.

    `person` belongs to `NOT_FOR_PERSON`, as it was said: a name, an address, a number; None for the one person meant.
    """

    kind: AnswerKind
    when: datetime | None = None
    person: str | None = None


_UNKNOWN: Final = Answer(AnswerKind.UNKNOWN)
_TIMED: Final = (AnswerKind.WILL_CALL, AnswerKind.LATER)
_CALLS: Final = frozenset({*_TIMED, AnswerKind.CALLED})
# What no answer says in one breath: a clause that ends something or calls it wrong, and one of a call.
_CONTRARY: Final = {AnswerKind.STOP: _CALLS | {AnswerKind.UNDO}, AnswerKind.NOT_A_TEMPLATE: _CALLS}
_AUTOMATIC: Final = re.compile(
    r"automati\w+ (?:antwort|reply|response)|auto-?reply|abwesenheits|abwesend bis|limited access"
    r"|dringend\w* fall|dringend\w* angeleg|urgent (?:matter|case|enquir|quer|request)|wenden sie sich"
    r"|out of (?:the )?office (?:until|from)|(?:wird|werden) nicht (?:automatisch )?(?:weitergeleitet|gelesen)"
    r"|(?:ich|und|and|i|ill) (?:will |shall )?(?:reply|respond|answer|antworten?)\b.{0,40}"
    r"\b(?:when|once|as soon as|after|on|upon|wenn|sobald|nach) (?:i|im|i am|my|ich|meine[rmn]?)\b"
    r"|thank you for contacting"
)


def read_answer(text: str, subject: str, now: datetime, zone: ZoneInfo) -> Answer:
    """What the mail with this text answers to a nudge, read at `now` by a rep who lives in `zone`.

    `text` may hold quoted mail and a signature. The subject counts only where the rep typed one and nothing else.
    Raises ModelMissing or ModelDamaged.
    """
    sentences = _without_greeting(own_sentences(text) or typed_subject(subject))
    if not 0 < len(sentences) <= _MOST_SENTENCES or _is_automatic(sentences):
        return _UNKNOWN
    kind = _kind(sentences)
    return Answer(
        kind,
        _when(kind, sentences, now, zone) if kind in _TIMED else None,
        named_person(sentences, _reader().knows) if kind is AnswerKind.NOT_FOR_PERSON else None,
    )


@cache
def _reader() -> AnswerReader:
    return AnswerReader.load()


def _is_automatic(sentences: Sequence[Sentence]) -> bool:
    """Whether a machine wrote that the rep is away."""
    return any(_AUTOMATIC.search(folded(sentence)) for sentence in sentences)


def _without_greeting(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Without the first clause where it greets somebody, unless that is all; not "lieber später,"."""
    words = sentences[0].words if sentences else ()
    end = words.index(COMMA) if COMMA in words else len(words)
    opening = greeting_opening(" ".join(words[:end])).split()
    rest = [Sentence(words[end + 1 :], sentences[0].is_question)] if words[end + 1 :] else []
    left = [*rest, *sentences[1:]]
    return left if opening and left and all(map(_may_be_greeted, words[len(opening) : end])) else list(sentences)


def _may_be_greeted(word: str) -> bool:
    return fold(word) in _GREETED or is_title(word) or not _reader().knows(word)


def _kind(sentences: Sequence[Sentence]) -> AnswerKind:
    reading, said = _read(_plain(sentences)), _said_by_clauses(sentences)
    kind = max(reading, key=lambda name: reading[name])
    if reading[kind] < _LEAST_SURE or any(one in said and said & others for one, others in _CONTRARY.items()):
        return AnswerKind.UNKNOWN
    if kind is AnswerKind.STOP:
        is_named = AnswerKind.NOT_FOR_PERSON in said or surely_names_somebody(sentences, _reader().knows)
        if reading[kind] >= _LEAST_SURE_STOP and not may_stop_something_else(sentences, is_named=is_named):
            return kind
        is_for_person = is_named and reading[AnswerKind.NOT_FOR_PERSON] >= _LEAST_SECOND
        return AnswerKind.NOT_FOR_PERSON if is_for_person else AnswerKind.UNKNOWN
    return AnswerKind.UNKNOWN if kind is AnswerKind.CALLED and is_taken_back(sentences) else kind


def _said_by_clauses(sentences: Sequence[Sentence]) -> frozenset[AnswerKind]:
    """All that single clauses say, each read alone."""
    clauses = [clause for one in sentences for clause in f" {_plain([one])} ".split(f" {COMMA} ")]
    return frozenset(kind for clause in clauses for kind, share in _read(clause).items() if share >= _SURE)


def _read(text: str) -> dict[AnswerKind, float]:
    return {AnswerKind(kind): probability for kind, probability in _reader().read(text).items()}


def _plain(sentences: Sequence[Sentence]) -> str:
    return " ".join(f"{' '.join(one.words)}{'?' if one.is_question else '.'}" for one in sentences)


def _when(kind: AnswerKind, sentences: Sequence[Sentence], now: datetime, zone: ZoneInfo) -> datetime | None:
    """The time in the sentence that says so, or else in any other."""
    telling_first = sorted(sentences, key=lambda one: -_reader().read(_plain([one]))[kind])
    times = (spoken_time(folded(one), now, zone) for one in telling_first)
    return next((when for when in times if when), None)
