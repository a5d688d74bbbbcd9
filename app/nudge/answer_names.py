"""Finds the person whom an answer names, as it is written there: "Frau Weber", "ben", an address.

It knows nothing of who could be meant.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.nudge.answer_text import COMMA, Sentence
from app.nudge.folding import fold

Knows = Callable[[str], bool]

_TITLES: Final = frozenset(
    {"herr", "herrn", "hr", "hrn", "frau", "fr", "mr", "mrs", "ms", "miss", "dr", "prof", "professor"}
)
_BEFORE_NAMES: Final = frozenset(
    {"fur", "bei", "wegen", "zu", "zum", "zur", "mit", "an", "von", "uber", "for", "about", "to", "with", "on", "call"}
    | {"calling", "ring", "skip", "suggest", "suggesting", "drop", "take", "remove", "not", "nicht", "ohne"}
)
_NUMBER_OF_LIST: Final = re.compile(r"(?:nummer|nr|number|no) \d{1,2}")
_BEFORE_SMALL_NAMES: Final = frozenset({"zu", "wegen", "about", "on", "for", "fur"})
_SHORTENED: Final = re.compile(r"n['’]t$|['’](?:ll|ve|re|d|m)$", re.IGNORECASE)
_POSSESSIVE: Final = re.compile(r"['’]s$")
_BEFORE_NOUNS: Final = re.compile(
    r"der|die|das|des|den|dem|ein\w{0,2}|kein\w{0,2}|mein\w{0,2}|ihr\w{0,2}|unser\w{0,2}|dies\w{1,2}|solche\w?|vom|beim"
    r"|zum|zur|im|am|ins|ans|ohne|mehr|jede\w?|alle|my|your|our|a|an|the|\S+liche\w?|\S+ische\w?|\S+ige\w?"
)
_NOUN: Final = re.compile(
    r"(?:ung|ungen|heit|keit|schaft|tion|tionen|mails?|texte?|briefe?|schreiben|info|infos|liste|aktion|angebote?"
    r"|anfragen?|termine?|rechnung|kunden?|firma|gmbh|werk|team|zeit|tage?|messe|bericht|protokoll|muster)$"
)
_SURE: Final = 3
_SHORTHAND: Final = 3  # letters: "JD", "CRM"
_BETWEEN: Final = frozenset({"von", "van", "de", "der", "zu", "mc", "o"})


@dataclass(frozen=True, slots=True)
class _Named:
    """Words that name somebody; the higher the `rank`, the surer."""

    rank: int
    words: tuple[str, ...]


def named_person(sentences: Sequence[Sentence], knows: Knows) -> str | None:
    """The surest name in the sentences, the first of those that are as sure; `knows` tells everyday words."""
    found = _found(sentences, knows)
    return _POSSESSIVE.sub("", " ".join(max(found, key=lambda named: named.rank).words)) if found else None


def surely_names_somebody(sentences: Sequence[Sentence], knows: Knows) -> bool:
    """Whether there is a name that is no noun, a signature below the answer aside."""
    end = len(sentences)
    while end > 1 and all(_is_capital(word) and not knows(word) for word in sentences[end - 1].words):
        end -= 1
    return any(named.rank >= _SURE for named in _found(sentences[:end], knows))


def _found(sentences: Sequence[Sentence], knows: Knows) -> list[_Named]:
    return [named for sentence in sentences for named in _names(sentence, knows)]


def is_title(word: str) -> bool:
    """Whether a word stands before names: "Frau", "Mr"."""
    return fold(word).rstrip(".") in _TITLES


def _names(sentence: Sentence, knows: Knows) -> Iterator[_Named]:
    words = sentence.words
    is_small = all(word == word.lower() for word in words)
    is_shouted = not is_small and all(word == word.upper() for word in words)
    place = 0
    while place < len(words):
        end = _end_of_name(words, place, knows, marks_capitals=not is_shouted)
        run = words[place:end]
        if not all(map(is_title, run)):
            yield _Named(_rank(words, place, end), run)
        elif (is_small or is_shouted) and _follows_name_word(words, place) and _may_be_name(words[place], knows):
            end = place + 1 + int(place + 1 < len(words) and _may_be_name(words[place + 1], knows))
            yield _Named(_SURE if place and fold(words[place - 1]) in _BEFORE_SMALL_NAMES else 1, words[place:end])
        elif place + 1 < len(words) and _NUMBER_OF_LIST.fullmatch(f"{fold(words[place])} {words[place + 1]}"):
            yield _Named(2, words[place : place + 2])
        place = max(end, place + 1)


def _end_of_name(words: Sequence[str], place: int, knows: Knows, *, marks_capitals: bool) -> int:
    """Where the run of titles and names ends that begins at a place; the place itself where none does."""
    end, is_titled = place, False
    while end < len(words) and words[end] != COMMA:
        word = words[end]
        is_name = "@" in word or (word[0] == "+" and word[1:2].isdigit())
        is_name = is_name or (marks_capitals and word[0].isupper() and (is_titled or _may_be_name(word, knows)))
        is_name = is_name or (is_titled and end > place and is_title(words[end - 1]))
        joins = end > place and fold(word) in _BETWEEN and end + 1 < len(words) and words[end + 1][0].isupper()
        if not (is_title(word) or is_name or joins):
            break
        is_titled = is_titled or is_title(word)
        end += 1
    return end


def _rank(words: Sequence[str], place: int, end: int) -> int:
    """An address or a title tells most; a capital behind an article, or with the ending of a noun, hardly anything."""
    run = words[place:end]
    if any("@" in word or is_title(word) for word in run):
        return _SURE + 1
    follows_article = place > 0 and _BEFORE_NOUNS.fullmatch(fold(words[place - 1])) is not None
    is_noun = len(run) == 1 and (follows_article or _NOUN.search(fold(run[0])) is not None)
    return _SURE - 1 if is_noun else _SURE


def _is_capital(word: str) -> bool:
    return word[0].isupper()


def _follows_name_word(words: Sequence[str], place: int) -> bool:
    return place == 0 or fold(words[place - 1]) in _BEFORE_NAMES or words[place - 1] == COMMA


def _may_be_name(word: str, knows: Knows) -> bool:
    plain = fold(word)
    if len(plain) < 2 or (word.isupper() and len(plain) <= _SHORTHAND) or _SHORTENED.search(word):
        return False
    return plain.replace("-", "").isalpha() and not knows(word)
