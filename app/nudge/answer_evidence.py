"""What one sentence of an answer speaks for: its phrases, less those that a denial or a question takes back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.nudge.answer_phrases import NAME, Found, as_written, find_phrases, folded, has_slips, word_list
from app.nudge.answer_text import COMMA, Sentence

STOP: Final = "stop"
_BARE_STOP: Final = re.compile(rf"(?:^|{COMMA} )stopp? (?=$|{COMMA} )")
_OF_SOMEBODY: Final = re.compile(
    r"(?<!\S)(?:zu|uber|wegen|bezuglich|betreffend|mit|bei|fur|an|von|about|regarding|concerning|on|for|to|from|with) "
    rf"(?:der |die |den |dem |the )?{NAME}\S"
)
_USES_OF_QUESTIONS: Final = frozenset({"ask"})
_USES_OF_STATEMENTS: Final = frozenset({"say", "alone", "hint", "ask"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """`kinds` are said, `hints` only hinted at.

    `denies_stop` where words of stopping are denied or told of others, `is_torn` where they are said as well,
    `speaks_of_stop` in either case.
    `text` is the folded sentence, `person` stands as it was written.
    """

    text: str
    kinds: frozenset[str]
    hints: frozenset[str]
    denies_stop: bool = False
    is_torn: bool = False
    speaks_of_stop: bool = False
    person: str | None = None


def weigh(sentence: Sentence) -> Evidence:
    text = folded(sentence)
    found = find_phrases(text)
    uses = _USES_OF_QUESTIONS if sentence.is_question else _USES_OF_STATEMENTS
    standing = [one for one in found if one.use in uses and _stands(one, found, text)]
    standing = [one for one in standing if not any(_is_part(one, other) for other in standing)]
    kinds = frozenset(one.kind for one in standing if one.use != "hint")
    hints = frozenset(one.kind for one in standing if one.use == "hint")
    uses_of_stop = {one.use for one in found if one.kind == STOP}
    denies_stop = "not" in uses_of_stop
    denies_stop = denies_stop or (STOP in kinds and (_OF_SOMEBODY.search(text) is not None or has_slips(sentence)))
    is_said = not uses_of_stop.isdisjoint(("say", "alone"))
    is_torn = (denies_stop and is_said) or (STOP not in kinds and _BARE_STOP.search(text) is not None)
    person = next((as_written(one.who, text, sentence) for one in standing if one.who), None)
    return Evidence(
        text,
        kinds - {STOP} if denies_stop else kinds,
        hints,
        denies_stop,
        is_torn,
        is_said or _BARE_STOP.search(text) is not None,
        person,
    )


def is_only(text: str, *lists: str) -> bool:
    """Whether a folded sentence holds nothing but words of these lists and numbers, or is a bare name."""
    words = frozenset[str]().union(*map(word_list, lists))
    if all(word.startswith(NAME) for word in text.split()):
        return True
    return all(word in words or word == COMMA or word[0].isdigit() for word in text.split())


def _stands(one: Found, found: Sequence[Found], text: str) -> bool:
    if any(other.use == "not" and other.kind == one.kind and _overlap(one, other) for other in found):
        return False
    covering = [other for other in found if other.kind == one.kind and other.use != "not"]
    return not any(_is_outside(place, covering) for place in _denials(text, one))


def _is_part(one: Found, other: Found) -> bool:
    """Whether a phrase is but a part of one that says something else: "not right" in "that's not right"."""
    lies_in = other.start <= one.start and one.end <= other.end
    return (
        lies_in
        and other.kind != one.kind
        and STOP not in (one.kind, other.kind)
        and (one.end - one.start < other.end - other.start)
    )


def _denials(text: str, one: Found) -> list[int]:
    """Where words of denial stand in the clause of a phrase; for "stop" in the whole sentence."""
    start = 0 if one.kind == STOP else text.rfind(f"{COMMA} ", 0, one.start) + 1
    end = len(text) if one.kind == STOP else text.find(f"{COMMA} ", one.end)
    denying, places, place = word_list("no"), [], 0
    for word in text.split(" "):
        if word in denying and start <= place < (len(text) if end < 0 else end):
            places.append(place)
        place += len(word) + 1
    return places


def _is_outside(place: int, covering: Sequence[Found]) -> bool:
    return not any(one.start <= place < one.end for one in covering)


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end
