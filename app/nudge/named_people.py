"""Which of a burst's recipients the rep means by a word: a name, a part of one, or an address. In doubt nobody."""

import re
from collections.abc import Mapping
from typing import Final

from app.nudge.folding import fold

_WORD: Final = re.compile(r"\w+")
_TITLES: Final = frozenset({"herr", "herrn", "hr", "frau", "fr", "mr", "mrs", "ms", "dr", "prof", "sir", "madam"})


def person_meant(said: str | None, people: Mapping[str, str]) -> str | None:
    """The address of the one person that is meant; `people` are names by address. Nothing said means the only one."""
    if said is None:
        return next(iter(people)) if len(people) == 1 else None
    by_name = _matching(said, people)
    by_either = by_name or _matching(said, {address: f"{name} {address}" for address, name in people.items()})
    return by_either[0] if len(by_either) == 1 else None


def _matching(said: str, texts: Mapping[str, str]) -> list[str]:
    wanted = _words(said) - _TITLES
    return [address for address, text in texts.items() if wanted and wanted <= _words(text)]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text)))
