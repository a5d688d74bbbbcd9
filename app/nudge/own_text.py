"""What the sender of a mail wrote: the text above quoted mail, and where the signature begins (de, en, fr)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

_LONGEST_LINE: Final = 500
_MOST_LINES: Final = 400
_GAP: Final = " " * 4
_WIDE_GAP: Final = re.compile(r"[^\S\n]{5,}")
_SPACES: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_QUOTE: Final = re.compile(
    r"\s*(?:-{2,}\s*(?:original message|forwarded message|urspr.ngliche (?:nachricht|mail)|weitergeleitete nachricht"
    r"|message d'origine|message transf.r.)|begin forwarded message|anfang der weitergeleiteten)",
    re.IGNORECASE,
)
_WROTE: Final = re.compile(
    r"\s*(?:am|on|le)\s.{0,300}(?:schrieb|geschrieben|wrote|a écrit)[^:]{0,200}:\s*$"
    r"|.{0,200}[^\s<>@]{1,100}@[^\s<>]{1,200}>?\s.{0,80}(?:schrieb|geschrieben|wrote|a écrit)\b.{0,80}:\s*$"
    r"|\s*zitat von\s.{1,200}:\s*$",
    re.IGNORECASE,
)
_MARKED: Final = re.compile(r"\s*>")
_FROM: Final = re.compile(r"\s*\W{0,2}(?:von|from|de)\W{0,2}\s*:", re.IGNORECASE)
_SENT: Final = re.compile(r"\s*\W{0,2}(?:gesendet|sent|date|datum|envoyé)\W{0,2}\s*:", re.IGNORECASE)
_SIGN_OFF: Final = re.compile(
    r"\s*--"
    r"|\s*(?:.{0,40}(?:\bund|\band|\bet|[&,.!])\s+)?(?:mit (?:freundlich|best|herzlich|lieb)\w*\s+gr"
    r"|(?:freundlich|best|herzlich|lieb|viel|schön)\w*\s+gr"
    r"|gr(?:ü|ue)(?:ß|ss)e|gru(?:ß|ss)|mfg|vg\b|lg\b|hochachtungsvoll"
    r"|(?:with\s+)?(?:best|kind|warm|many)(?:est)?\s(?:regards|wishes|thanks)|regards|all the best|cheers|sincerely"
    r"|yours|(?:best|thanks|thank you)\s*[,.!]?\s*$|(?:bien )?cordialement|bien à vous|(?:meilleures )?salutations)",
    re.IGNORECASE,
)


def own_lines(text: str) -> list[str]:
    """The lines above the first quoted or forwarded mail, each cut, and only the last of very many.

    What is written below or between lines marked with `>` is the sender's own too.
    """
    lines = [_WIDE_GAP.sub(_GAP, _SPACES.sub(" ", line[:_LONGEST_LINE])) for line in text.splitlines()]
    return list(_own(lines))[-_MOST_LINES:]


def signature_start(lines: Sequence[str]) -> int | None:
    """The number of the line after the last sign-off that a digit follows, or None."""
    has_digit = False
    for number in range(len(lines) - 1, -1, -1):
        if has_digit and _SIGN_OFF.match(lines[number]):
            return number + 1
        has_digit = has_digit or any(map(str.isdigit, lines[number]))
    return None


def last_sign_off(lines: Sequence[str]) -> int | None:
    """The number of the last line that is a sign-off, or None."""
    return next((number for number in range(len(lines) - 1, -1, -1) if _SIGN_OFF.match(lines[number])), None)


def _own(lines: Sequence[str]) -> Iterator[str]:
    number = 0
    while number < len(lines):
        if _MARKED.match(lines[number]):
            number += 1
            continue
        introduction = _introduction(lines, number)
        if introduction and not _is_marked(lines, number + introduction):
            return
        if not introduction:
            yield lines[number]
        number += max(1, introduction)


def _introduction(lines: Sequence[str], number: int) -> int:
    """How many lines from here on introduce the mail that is quoted below them."""
    if _QUOTE.match(lines[number]) or _attributes(lines[number]):
        return 1
    if _attributes(" ".join(lines[number : number + 2])):
        return 2
    later = lines[number + 1 : number + 4]
    pairs = ((_FROM, _SENT), (_SENT, _FROM))
    is_header = any(one.match(lines[number]) and any(map(other.match, later)) for one, other in pairs)
    return 1 if is_header else 0


def _attributes(line: str) -> bool:
    return line.rstrip().endswith(":") and _WROTE.match(line) is not None


def _is_marked(lines: Sequence[str], number: int) -> bool:
    """Whether the first line with text from here on is marked as quoted."""
    below = next((line for line in lines[number : number + 4] if line.strip()), "")
    return _MARKED.match(below) is not None
