"""Foreign text (names, subjects) made fit to stand in a mail of ours: one line, cut, and never a link."""

import re
from typing import Final

from app.mail.characters import clean_line

_LONGEST: Final = 1000
_REPLY_MARKS: Final = re.compile(r"(?i:\s*(?:re|aw|antw|antwort|fw|fwd|wg|tr|rif|sv|vs)(?:\[\d+\])?\s*:)+\s*")
# What mail programs turn into links by themselves: the colon of a scheme, and a dot between parts of a host name.
_SCHEME: Final = re.compile(r":(?=//)|(?:(?<=\bmailto)|(?<=\btel)|(?<=\bsms)):(?!\s)", re.IGNORECASE)
_HOST_DOT: Final = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2})")


def quoted(text: str, length: int) -> str:
    """One line of at most `length` characters that no mail program makes a link of.

    It ends in … where it was cut, between words if there is a space in the second half.
    """
    line = _HOST_DOT.sub("·", _SCHEME.sub(" ", clean_line(text, _LONGEST)))
    if len(line) <= length:
        return line
    kept = line[: length - 1]
    whole_words = kept[: kept.rfind(" ")] if " " in kept[length // 2 :] else kept
    return whole_words.rstrip(" ,;:-") + "…"


def bare_subject(subject: str) -> str:
    """A subject as one line without the reply and forward marks in front of it."""
    line = clean_line(subject, _LONGEST)
    marks = _REPLY_MARKS.match(line)
    return line[marks.end() :] if marks else line
