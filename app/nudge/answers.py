"""Reads what a rep answers to a nudge, with a word or in sentences, in German or English, into one wish or none.

In doubt the answer is unknown. It knows nothing of the nudge, and carries nothing out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from app.nudge.answer_evidence import STOP, Evidence, is_only, weigh
from app.nudge.answer_frames import Framed, framed, is_beside_the_point, is_of_others, split_clauses
from app.nudge.answer_greeting import without_greeting
from app.nudge.answer_people import is_about_a_text, is_mere_name, means_somebody
from app.nudge.answer_phrases import folded
from app.nudge.answer_text import COMMA, Sentence, own_sentences, typed_subject
from app.nudge.spoken_clock import spoken_hour
from app.nudge.spoken_times import spoken_time

_MOST_SENTENCES: Final = 8  # a longer text is a letter to somebody, not an answer to a nudge


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
    An answer that is not `is_sure` was only hinted at ("in a meeting"): worth asking back before much follows from it.
    """

    kind: AnswerKind
    is_sure: bool = True
    when: datetime | None = None
    person: str | None = None


_UNKNOWN: Final = Answer(AnswerKind.UNKNOWN, is_sure=False)
_AUTOMATIC: Final = re.compile(
    r"automati\w+ (?:antwort|reply|response)|auto-?reply|abwesenheits|abwesend bis|limited access"
    r"|dringend\w* fall|dringend\w* angeleg|urgent (?:matter|case|enquir|quer|request)|wenden sie sich"
    r"|out of (?:the )?office (?:until|from)|(?:wird|werden) nicht (?:automatisch )?(?:weitergeleitet|gelesen)"
    r"|(?:ich|und|and|i|ill) (?:will |shall )?(?:reply|respond|answer|antworten?)\b.{0,40}"
    r"\b(?:when|once|as soon as|after|on|upon|wenn|sobald|nach) (?:i|im|i am|my|ich|meine[rmn]?)\b"
    r"|thank you for contacting"
)
# Words that take a claim back: "hab angerufen. Ach ne, das war die andere", "called. Sorry, no, I haven't".
_TAKES_BACK: Final = re.compile(
    r"(?:^|, )(?:(?:ach|oh|ah|sorry|ups|oops|halt|moment|warte|wait|hm|hmm|actually|err?|hang on) (?:, )?)+"
    r"(?:no|nope|nein|nee?|noe|doch nicht|stimmt nicht)(?= (?:,|i\b|ich|das|that|it|hab|$)| $)"
    r"|(?:^|, )(?:no |nein |nee? |doch )?(?:, )?(?:i (?:havent|didnt|have not|did not)|das war ich nicht"
    r"|(?:hab|habe) ich (?:doch |noch |gar )*nicht) (?=$|, )"
    r"|(?:das|that|it) (?:war|was) (?:die|der|das|wer|jemand|the|some|an) ?(?:falsche?|ander\w*|other|wrong|one else)"
)
# A letter to the customer, sent to the wrong place; and a rep who doubts whether there was a call at all.
_NO_ANSWER: Final = re.compile(
    r"(?:^|, )(?:please )?(?:find |see )?attached|please find|\banbei\b|im @?anhang (?:finden|sende|schicke)"
    r"|\b(?:weiss|weiss ich|bin mir) (?:es )?(?:nicht|nimmer|nicht mehr|nicht sicher)\b"
    r"|\bnot (?:so |quite |really )?sure\b"
)
_PUTS_OFF: Final = re.compile(
    r"\b(?:bitte|please|lieber|eher|besser|rather|better|erst|wieder|noch\w*|again|vielleicht|maybe)\b"
)
_TIMED: Final = (AnswerKind.WILL_CALL, AnswerKind.LATER)
# Where both are said, the first is meant: "keiner da, ich rufe morgen wieder an".
_OUTWEIGHS: Final = (
    (AnswerKind.WILL_CALL, AnswerKind.CALLED),
    (AnswerKind.WILL_CALL, AnswerKind.LATER),
    (AnswerKind.LATER, AnswerKind.CALLED),
    (AnswerKind.UNDO, AnswerKind.NOT_A_TEMPLATE),
)


def read_answer(text: str, subject: str, now: datetime, zone: ZoneInfo) -> Answer:
    """What the mail with this text answers to a nudge, read at `now` by a rep who lives in `zone`.

    `text` may hold quoted mail and a signature. The subject counts only where the rep typed one and nothing else.
    """
    sentences = without_greeting(own_sentences(text) or typed_subject(subject))
    if len(sentences) > _MOST_SENTENCES or _is_automatic(sentences) or _is_no_answer(sentences):
        return _UNKNOWN
    said = _without_greeting([weigh(own) for sentence in sentences if (own := _of_the_rep(sentence))])
    if _is_taken_back(said, sentences):
        return _UNKNOWN
    said = _sparing_people(said, sentences)
    if _is_appointment(said) and not any(sentence.is_question for sentence in sentences):
        return _answer(AnswerKind.WILL_CALL, said, now, zone, is_sure=True)
    kinds = frozenset[str]().union(*(one.kinds for one in said))
    kind = None if any(one.is_torn for one in said) else _one_kind(kinds, said)
    if kind is not None:
        return _answer(kind, said, now, zone, is_sure=True)
    framed = _framed(sentences, kinds, said)
    if framed is not None:
        return _answer(
            AnswerKind(framed.kind), said, now, zone, is_sure=not any(one.hints for one in said), person=framed.who
        )
    if any(one.kinds or one.denies_stop or one.is_torn for one in said):
        return _UNKNOWN
    kind = _one_kind(frozenset[str]().union(*(one.hints for one in said)), said)
    return _answer(kind, said, now, zone, is_sure=False) if kind else _mere_time(said, now, zone)


def _is_automatic(sentences: Sequence[Sentence]) -> bool:
    """Whether a machine wrote that the rep is away."""
    return any(_AUTOMATIC.search(folded(sentence)) for sentence in sentences)


def _is_no_answer(sentences: Sequence[Sentence]) -> bool:
    return any(_NO_ANSWER.search(folded(sentence)) for sentence in sentences)


def _is_taken_back(said: Sequence[Evidence], sentences: Sequence[Sentence]) -> bool:
    """Whether a call is claimed, and a later clause says that there was none."""
    if not any(AnswerKind.CALLED in one.kinds for one in said):
        return False
    text = "".join(f"{folded(sentence)}, " for sentence in sentences)
    _, _, later = text.partition(", ")
    return _TAKES_BACK.search(later) is not None


def _of_the_rep(sentence: Sentence) -> Sentence | None:
    """A sentence without the clauses in which somebody else calls, or that are about something else."""
    words: list[str] = []
    for clause in split_clauses(sentence):
        text = folded(clause)
        if not is_of_others(text) and not is_beside_the_point(text):
            words += [COMMA, *clause.words] if words else clause.words
    # A comma at the very end tells a greeting.
    words += [COMMA] if words and sentence.words[-1] == COMMA else []
    return Sentence(tuple(words), sentence.is_question) if words else None


def _sparing_people(said: list[Evidence], sentences: Sequence[Sentence]) -> list[Evidence]:
    """With no stop where a person is spoken of, unless it is said to be that of a text."""
    stops = [one for one in said if STOP in one.kinds]
    is_alone = frozenset[str]().union(*(one.kinds for one in said)) <= {STOP, AnswerKind.NOT_FOR_PERSON}
    if not stops or not is_alone or any(is_about_a_text(one.text) for one in stops):
        return said
    if not any(map(means_somebody, _without_signature(sentences))):
        return said
    return [replace(one, kinds=one.kinds - {STOP}, denies_stop=True) if one in stops else one for one in said]


def _without_signature(sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    end = len(sentences)
    while end > 1 and is_mere_name(sentences[end - 1]):
        end -= 1
    return sentences[:end]


def _framed(sentences: Sequence[Sentence], kinds: frozenset[str], said: Sequence[Evidence]) -> Framed | None:
    """The one thing that the clauses say; nothing where words of stopping mean something else than a person."""
    found = [frame for sentence in sentences if not sentence.is_question for frame in framed(sentence)]
    left = {frame.kind for frame in found} | (kinds - {AnswerKind.STOP})
    left -= {weak for strong, weak in _OUTWEIGHS if strong in left}
    if len(left) != 1 or (any(one.speaks_of_stop for one in said) and left != {AnswerKind.NOT_FOR_PERSON}):
        return None
    return next((frame for frame in found if frame.kind in left), None)


def _without_greeting(said: list[Evidence]) -> list[Evidence]:
    """Not "Morgen," by which tomorrow is not meant."""
    return said[1:] if len(said) > 1 and said[0].text.endswith(f"{COMMA} ") and not said[0].kinds else said


def _one_kind(kinds: frozenset[str], said: Sequence[Evidence]) -> AnswerKind | None:
    """The one kind that is left when the outweighed are taken away; never stop where anything speaks against it."""
    left = {AnswerKind(kind) for kind in kinds} - {weak for strong, weak in _OUTWEIGHS if strong in kinds}
    if len(left) != 1 or (AnswerKind.STOP in left and any(one.denies_stop for one in said)):
        return None
    return left.pop()


def _answer(
    kind: AnswerKind,
    said: Sequence[Evidence],
    now: datetime,
    zone: ZoneInfo,
    *,
    is_sure: bool,
    person: str | None = None,
) -> Answer:
    if kind is AnswerKind.NOT_FOR_PERSON:
        person = person or next((one.person for one in said if one.person), None)
    return Answer(kind, is_sure, _when(kind, said, now, zone) if kind in _TIMED else None, person)


def _when(kind: AnswerKind, said: Sequence[Evidence], now: datetime, zone: ZoneInfo) -> datetime | None:
    """The time in the sentence that says so, or else in any other."""
    telling_first = sorted(said, key=lambda one: kind not in one.kinds | one.hints)
    times = (spoken_time(one.text, now, zone) for one in telling_first)
    return next((when for when in times if when), None)


def _is_appointment(said: Sequence[Evidence]) -> bool:
    """Whether an hour is said and nothing else, which is that of a call: "morgen um 10"."""
    is_mere = all(is_only(one.text, "polite", "time") and not _PUTS_OFF.search(one.text) for one in said)
    return is_mere and any(spoken_hour(one.text) for one in said)


def _mere_time(said: Sequence[Evidence], now: datetime, zone: ZoneInfo) -> Answer:
    """A time and nothing else means later: "nächste Woche bitte"."""
    when = _when(AnswerKind.LATER, said, now, zone)
    is_mere = when is not None and all(is_only(one.text, "polite", "time") for one in said)
    return Answer(AnswerKind.LATER, is_sure=True, when=when) if is_mere else _UNKNOWN
