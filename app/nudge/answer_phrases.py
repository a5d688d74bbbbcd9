"""Finds the phrases of `answer_words.toml` in a sentence; the file tells how phrases are written.

It knows nothing of what follows when several kinds of phrases are found.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from app.nudge.answer_slips import LONG, by_what_is_left, word_meant
from app.nudge.answer_text import COMMA, Sentence
from app.texts import LANGUAGES

_FILE: Final = Path(__file__).with_name("answer_words.toml")
_CLAUSE_START: Final = rf"(?:(?<!.)|(?<={COMMA} ))"
_CLAUSE_END: Final = rf"(?=$|{COMMA} )"
NAME: Final = "@"
_WHO: Final = rf"(?P<who>(?:{NAME}\S+ ){{1,4}}|(?:nummer|nr|number|no) \d{{1,2}} )"
_TITLES: Final = frozenset({"herr", "herrn", "hr", "frau", "fr", "mr", "mrs", "ms", "dr", "prof"})
# Behind these a name may be meant that is written small.
_BEFORE_NAMES: Final = frozenset({"fur", "bei", "wegen", "for", "about"})
_UMLAUT: Final = re.compile(r"([aou])e")
_NO_SLIPS: Final = "no_slips"


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase at `[start, end)` of the folded sentence; `use` is say, alone, hint, ask or not."""

    kind: str
    use: str
    start: int
    end: int
    who: str | None = None


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: str
    use: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Phrases:
    """`words` are all folded words that any phrase or list holds, `mendable` those that cannot mean "stop".

    `meant` is what `by_what_is_left` gives for all words.
    """

    phrases: tuple[_Phrase, ...]
    words: frozenset[str]
    meant: Mapping[str, frozenset[str]]
    mendable: frozenset[str]
    lists: Mapping[str, frozenset[str]]
    dialect: Mapping[str, str]


def fold(word: str) -> str:
    """Small letters without umlauts and apostrophes: `Spät` and `spat` are one word."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in "'’‘`´")


def folded(sentence: Sentence) -> str:
    """The sentence as the phrases read it: each word followed by a blank, names marked, slips of the pen mended."""
    return "".join(f"{word} " for word, _ in _folded_words(sentence))


def has_slips(sentence: Sentence) -> bool:
    """Whether a word was mended, so that it may not be the one that was meant."""
    return any(is_mended for _, is_mended in _folded_words(sentence))


def _folded_words(sentence: Sentence) -> Iterator[tuple[str, bool]]:
    """The folded words, and whether each was mended."""
    before = ""
    is_all_small = all(word == word.lower() for word in sentence.words)
    for place, word in enumerate(sentence.words):
        may_be_small = before in _BEFORE_NAMES or before.startswith(NAME)
        is_titled = before.removeprefix(NAME) in _TITLES
        follows = before.startswith(NAME) and word[0].isupper() and fold(word) not in _load().lists["time"]
        spoken = _load().dialect.get(fold(word), word) if word.islower() or not place else word
        is_name = is_titled or follows or (is_all_small and may_be_small)
        plain = _unmended(spoken, is_name=is_name)
        may_be_noun = bool(place) and word.istitle() and len(word) < LONG
        mended = None if plain or may_be_noun else _mended(fold(spoken))
        before = plain or mended or _unknown(spoken, is_name=is_name)
        yield before, mended is not None


def find_phrases(text: str) -> list[Found]:
    """All phrases in a folded sentence, of every kind and use."""
    found = (
        Found(phrase.kind, phrase.use, *match.span(), _who(match))
        for phrase in _load().phrases
        if (match := phrase.pattern.search(text))
    )
    return sorted(found, key=lambda one: (one.start, -one.end))


def word_list(name: str) -> frozenset[str]:
    """One of the lists, folded."""
    return _load().lists[name]


def is_known(word: str) -> bool:
    """Whether a folded word stands in any phrase or list."""
    return word in _load().words


def as_written(who: str, text: str, sentence: Sentence) -> str:
    """The words of a sentence for `who`, a part of its folded `text`."""
    before = text[: text.index(who)].count(" ")
    return " ".join(sentence.words[before : before + who.count(" ")])


def _who(match: re.Match[str]) -> str | None:
    return match["who"] if "who" in match.re.groupindex else None


def _unmended(word: str, *, is_name: bool) -> str | None:
    """A word that needs no mending, folded."""
    plain = fold(word)
    known = _load().words
    if plain in _TITLES or (is_name and word[0].isupper()):
        return NAME + plain
    if plain == COMMA or plain in known or plain[0].isdigit():
        return plain
    without_umlaut = _UMLAUT.sub(r"\1", plain)
    return without_umlaut if without_umlaut in known else None


def _unknown(word: str, *, is_name: bool) -> str:
    is_marked = is_name or word[0].isupper() or "@" in word or word[0] == "+"
    return NAME + fold(word) if is_marked else fold(word)


@lru_cache(maxsize=4096)
def _mended(word: str) -> str | None:
    words = _load()
    return None if word in words.lists[_NO_SLIPS] else word_meant(word, words.meant, words.mendable)


@cache
def _load() -> _Phrases:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    lists = {name: frozenset(map(fold, words.split())) for name, words in table["lists"].items()}
    phrases: list[_Phrase] = []
    words, stop_words = set[str](), set[str]()
    for language in LANGUAGES:
        for kind, uses in table[language].items():
            for use, spellings in uses.items():
                phrases += [_Phrase(kind, use, _compile(group, kind, use, lists)) for group in _grouped(spellings, use)]
                (stop_words if kind == "stop" else words).update(_literals(spellings))
    everything = frozenset().union(words, stop_words, *(lists[name] for name in lists if name != _NO_SLIPS))
    mendable = frozenset(words - stop_words) | lists["template"]
    dialect = {fold(said): meant for meant, spellings in table["dialect"].items() for said in spellings.split()}
    return _Phrases(tuple(phrases), everything, by_what_is_left(everything), mendable, lists, dialect)


def _literals(spellings: Sequence[str]) -> Iterator[str]:
    for spelling in spellings:
        for word in re.split(r"[\s|?]+", spelling):
            if word.isalpha() or "-" in word:
                yield fold(word)


def _grouped(spellings: Sequence[str], use: str) -> list[list[str]]:
    """Those that fill a clause are one pattern, for their padding is long; a pattern can name one person only."""
    together = [spelling for spelling in spellings if use == "alone" and "{who}" not in spelling]
    return [*([together] if together else []), *([spelling] for spelling in spellings if spelling not in together)]


def _compile(spellings: Sequence[str], kind: str, use: str, lists: Mapping[str, frozenset[str]]) -> re.Pattern[str]:
    is_stop = kind == "stop"
    polite = _one_of(lists["stop_polite" if is_stop else "polite"])
    padding = f"(?:{polite}|{COMMA} )*" if is_stop else f"(?:{polite})*"
    start, end = ("^", f"(?={padding}$)") if is_stop else (_CLAUSE_START, _CLAUSE_END)
    special = {
        "~": rf"(?:(?!{COMMA}|{_one_of(lists['no'])})\S+ ){{0,5}}?",
        "*": rf"(?!{COMMA})\S+ ",
        "*?": rf"(?:(?!{COMMA}|{_one_of(lists['no'])})\S+ )??",
        "...": rf"(?:(?!{COMMA})\S+ )*",
        ",": f"(?:{COMMA} )?",
        "^": start,
        "$": end,
    }
    inner = "|".join(
        "".join(special.get(token) or _one_word(token, lists) for token in spelling.split()) for spelling in spellings
    )
    return re.compile(f"{start}{padding}(?:{inner}){padding}{end}" if use == "alone" else rf"(?<!\S)(?:{inner})")


def _one_word(token: str, lists: Mapping[str, frozenset[str]]) -> str:
    choices = "|".join(_choice(choice, lists) for choice in token.removesuffix("?").split("|"))
    return f"(?:{choices})" + ("?" if token.endswith("?") else "")


def _choice(choice: str, lists: Mapping[str, frozenset[str]]) -> str:
    if choice == "{who}":
        return _WHO
    return _one_of(lists[choice.strip("{}")] if choice.startswith("{") else [fold(choice)])


def _one_of(words: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ") "
