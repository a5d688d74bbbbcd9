"""Reads a clause of an answer by who does what: for wordings that no phrase of `answer_words.toml` holds.

Words stand for ideas by their stems, a denial for its clause. It never finds "stop", and gives nothing where somebody
else calls, tells or asks.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from app.nudge.answer_phrases import NAME, as_written, fold, folded
from app.nudge.answer_text import COMMA, Sentence

CALLED: Final = "called"
WILL_CALL: Final = "will_call"
NOT_A_TEMPLATE: Final = "not_a_template"
NOT_FOR_PERSON: Final = "not_for_person"
LATER: Final = "later"
UNDO: Final = "undo"

_CONJUNCTIONS: Final = frozenset(
    {"und", "aber", "sondern", "also", "deshalb", "daher", "denn", "and", "but", "so"}
    | {"when", "because", "weil", "als", "wobei", "while"}
)
_BEGINNINGS: Final = frozenset(
    {"ich", "ill", "i", "wir", "we", "er", "sie", "she", "he", "they", "ruf", "rufe", "versuche", "versuch", "probiere"}
    | {"probier", "will", "werde", "bitte", "dont", "hab", "habe", "hes", "shes"}
)
_PATTERNS: Final = {
    idea: re.compile("|".join(words.split()))
    for idea, words in tomllib.loads(Path(__file__).with_name("answer_ideas.toml").read_text("utf-8"))["ideas"].items()
}
_WHO: Final = re.compile(rf"(?:{NAME}\S+ )+")
_FEW_WORDS: Final = 2
_BEFORE_NOUNS: Final = re.compile(
    r"(?<!\S)(?:k?ein\w{0,2}|mein\w{0,2}|ihr\w{0,2}|unser\w{0,2}|das|des|vom|beim|zum|zur|im|am|solche\w?|ohne|mehr"
    r"|my|your|our|a|an|\S+liche\w?|\S+ische\w?|\S+[^ae]ige\w?) $"
)
_NOUN: Final = re.compile(rf"{NAME}\S+(?:ung|ungen|heit|keit|schaft|tion|tionen|mail|mails|text|brief|\S{{4}}en) ")
_OTHERS: Final = (
    r"(?:er|sie|der|die|das|he|she|they|my|mein\w?|our|unser\w?|the|ihr\w?|sein\w?|his|her|kund\w+|customers?|clients?"
    rf"|chef|boss|kolleg\w+|colleague|assist\w+|mitarbeiter\w*|{NAME}\S+)"
)
_OTHERS_CALL: Final = re.compile(
    rf"(?:(?:und|aber|dass|and|but|that|denn|weil|because) )*(?:(?:{_OTHERS} )+(?:"
    rf"(?:(?!ich |i |{NAME})\S+ ){{0,4}}?(?:ruft|meldet|calls|called|rang|rings|phoned|phones|call|ring) "
    r"|(?:hat|haben|will|wollen|mochte|wurde) (?:(?!ich |i )\S+ ){0,5}?"
    r"(?:angerufen|anrufen|zuruckrufen|melden|gemeldet) )"
    r"|(?:hell|shell|theyll) )"
)


@dataclass(frozen=True, slots=True)
class Framed:
    """What one clause says, and of whom, as it was written."""

    kind: str
    who: str | None = None


def split_clauses(sentence: Sentence) -> list[Sentence]:
    """The clauses of a sentence: they end at a comma, and where a conjunction begins another one."""
    clauses: list[list[str]] = [[]]
    for word, following in pairwise((*sentence.words, "")):
        begins = fold(word) in _CONJUNCTIONS and fold(following) in _BEGINNINGS
        if word == COMMA or begins:
            clauses.append([])
        if word != COMMA and not begins:
            clauses[-1].append(word)
    return [Sentence(tuple(words), sentence.is_question) for words in clauses if words]


def is_of_others(clause: str) -> bool:
    """Whether somebody else calls, or has called, in this clause."""
    return _OTHERS_CALL.match(clause) is not None and "no" not in _ideas(clause)


def is_beside_the_point(clause: str) -> bool:
    """Whether a folded clause calls something else right or wrong, such as a number."""
    has = _ideas(clause)
    return "elsewhere" in has and bool(has & {"wrong", "right"}) and not has & {"template", "called", "call"}


def framed(sentence: Sentence) -> Iterator[Framed]:
    """What the clauses of a sentence say, where an idea tells."""
    for clause in split_clauses(sentence):
        text = folded(clause)
        has = _ideas(text)
        if is_of_others(text) or "tells" in has or ("if" in has and "list" not in has):
            continue
        who = _named(clause) or (_named(sentence) if {"suggest", "no"} <= has else None)
        kind = _kind(has, named=who is not None, is_short=_is_short(text))
        if kind:
            yield Framed(kind, who if kind == NOT_FOR_PERSON else None)


def _named(sentence: Sentence) -> str | None:
    """The person named, as written: a noun of one word alone is none where its article or its ending says so."""
    text = folded(sentence)
    found = _WHO.search(text)
    if found is None:
        return None
    is_noun = found[0].count(" ") == 1 and (_BEFORE_NOUNS.search(text[: found.start()]) or _NOUN.fullmatch(found[0]))
    return None if is_noun else as_written(found[0], text, sentence)


def _is_short(text: str) -> bool:
    """Whether a clause says hardly more than a name and a denial."""
    needless = [_PATTERNS[idea] for idea in ("polite", "person", "this")]
    words = [word for word in text.split() if not word.startswith(NAME)]
    return sum(not any(idea.fullmatch(word) for idea in needless) for word in words) <= _FEW_WORDS


def _ideas(clause: str) -> frozenset[str]:
    words = [word.removeprefix(NAME) for word in clause.split()]
    return frozenset(idea for idea, pattern in _PATTERNS.items() if any(map(pattern.fullmatch, words)))


def _kind(has: frozenset[str], *, named: bool, is_short: bool) -> str | None:
    if _undoes(has):
        return UNDO
    if _is_against_person(has, named=named, is_short=is_short):
        return NOT_FOR_PERSON
    return (
        _of_call(has, named=named, is_short=is_short)
        or _of_template(has)
        or (LATER if _waits(has, named=named) else None)
    )


def _is_against_person(has: frozenset[str], *, named: bool, is_short: bool) -> bool:
    is_one = named or {"person", "this"} <= has
    if named and "no" in has and (("passive" in has and has & {"called", "suggest"}) or "company" in has):
        return True
    if not is_one or has & {"reached", "called", "tried", "away", "yet", "elsewhere"}:
        return False
    speaks_against = has & {"no", "stopping"}
    return bool(
        "exclude" in has
        or {"taking", "list"} <= has
        or (speaks_against and "suggest" in has)
        or (speaks_against and is_short)
    )


def _undoes(has: frozenset[str]) -> bool:
    takes_back = {"no", "after_all", "past"} <= has and bool(has & {"called", "call"})
    return {"undo", "last"} <= has or takes_back


def _of_call(has: frozenset[str], *, named: bool, is_short: bool) -> str | None:
    if "me" in has and not has & {"list", "will"}:
        return None
    if _is_attempt(has, named=named, is_short=is_short):
        return CALLED
    if has & {"no", "others", "you"}:
        return None
    is_planned = ("call" in has and has & {"will", "finite"}) or ({"promise", "do"} <= has and not named)
    return WILL_CALL if is_planned or {"list", "mine"} <= has else None


def _is_attempt(has: frozenset[str], *, named: bool, is_short: bool) -> bool:
    """Whether a call was made, or tried: that nobody answered is told of others, or by a denial."""
    if "called" in has:
        return not has & {"no", "others"}
    if "no" in has:
        return "reached" in has or {"phone", "went"} <= has or ("there" in has and "others" in has and "was" in has)
    if "reached" in has or "tried" in has:
        return bool(has & {"i", "others", "again"}) or named or is_short
    if "voicemail" in has:
        return bool(has & {"left", "i"})
    return {"phone", "done"} <= has


def _of_template(has: frozenset[str]) -> str | None:
    if "elsewhere" in has:
        return None
    if ("wrong" in has or {"mistake", "yours"} <= has) and "no" not in has:
        return NOT_A_TEMPLATE
    if "no" in has and has & {"template", "right"}:
        return NOT_A_TEMPLATE
    return NOT_A_TEMPLATE if {"own", "text"} <= has and not has & {"no", "template"} else None


def _waits(has: frozenset[str], *, named: bool) -> bool:
    if named or has & {"others", "agreed"}:
        return False
    if ("no" in has and has & {"free", "yet"}) or ({"day", "shift"} <= has and not has & {"no", "call", "called"}):
        return True
    return bool(has & {"away", "wait"}) and "no" not in has and not has & {"call", "called"}
