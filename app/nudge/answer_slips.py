"""Finds the one known word that a slip of the pen may stand for. It knows nothing of what the words mean."""

from collections.abc import Iterable, Mapping
from typing import Final

_LONG: Final = 6  # letters; of shorter words too many others are one letter away
_SHORTEST: Final = 5
_LONGEST: Final = 30
_SHORTEST_MEANT: Final = 4
_ROWS_OF_KEYS: Final = ("qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")


def by_what_is_left(words: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """The words themselves and what is left of them without any one letter, each with the words it may come from."""
    meant: dict[str, set[str]] = {}
    for word in words:
        for left in _without_a_letter(word) if len(word) >= _SHORTEST_MEANT else ():
            meant.setdefault(left, set()).add(word)
    return {left: frozenset(ones) for left, ones in meant.items()}


def word_meant(word: str, meant: Mapping[str, frozenset[str]]) -> str | None:
    """The one known word of which `word` is a slip; in a long word any one letter may be wrong."""
    if not _SHORTEST <= len(word) <= _LONGEST:
        return None
    near = {known for left in _without_a_letter(word) for known in meant.get(left, ()) if known[0] == word[0]}
    far = [known for known in near if _is_one_letter_away(word, known)]
    found = far if len(far) == 1 and len(word) >= _LONG else [known for known in near if _is_slip(word, known)]
    return found[0] if len(found) == 1 else None


def _without_a_letter(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _is_one_letter_away(word: str, meant: str) -> bool:
    """Whether one letter is too many, missing, wrong or swapped with the next; an ending "e" is no slip."""
    left, right = _differing_ends(word, meant)
    is_near = left[1:] == right[1:] or left[1:] == right or left == right[1:]
    return len(meant) >= _LONG - 1 and word != f"{meant}e" and (is_near or _is_swapped(left, right))


def _is_slip(word: str, meant: str) -> bool:
    """Whether a letter was left out, doubled, swapped with the next or typed with the key beside; no other ending."""
    left, right = _differing_ends(word, meant)
    if _is_swapped(left, right) or (left and left == right[1:]):
        return True
    if left[1:] == right:
        return bool(right) and word[-len(left) - 1] == left[0]
    return len(left) > 1 and left[1:] == right[1:] and _are_neighbours(left[0], right[0])


def _differing_ends(one: str, other: str) -> tuple[str, str]:
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[same:], other[same:]


def _is_swapped(left: str, right: str) -> bool:
    return len(left) > 1 and left[:2] == right[:2][::-1] and left[2:] == right[2:]


def _are_neighbours(one: str, other: str) -> bool:
    return any(one in row and other in row and abs(row.index(one) - row.index(other)) == 1 for row in _ROWS_OF_KEYS)
