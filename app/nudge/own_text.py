"""What the sender of a mail wrote: the text above quoted mail, and where the signature begins (de, en, fr)."""

import re
from collections.abc import Sequence
from typing import Final

_LONGEST_LINE: Final = 500
_MOST_LINES: Final = 400
_QUOTE: Final = re.compile(
    r"\s*(?:>|-{2,}\s*(?:original message|forwarded message|urspr.ngliche (?:nachricht|mail)|weitergeleitete nachricht"
    r"|message d'origine|message transf.r.)|begin forwarded message|anfang der weitergeleiteten)",
    re.IGNORECASE,
)
_WROTE: Final = re.compile(
    r"\s*(?:am|on|le)\s.{0,300}(?:schrieb|wrote|a écrit)[^:]{0,200}:\s*$"
    r"|.{0,200}<[^\s<>@]{1,100}@[^\s<>]{1,200}>.{0,40}(?:schrieb|wrote)\s*:",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"\s*\W{0,2}(?:von|from|de)\W{0,2}\s*:", re.IGNORECASE)
_SENT: Final = re.compile(r"\s*\W{0,2}(?:gesendet|sent|date|datum|envoyé)\W{0,2}\s*:", re.IGNORECASE)
_SIGN_OFF: Final = re.compile(
    r"\s*(?:--|mit (?:freundlich|best|herzlich|lieb)\w*\s+gr|(?:freundlich|best|herzlich|lieb|viel|schön)\w*\s+gr"
    r"|gr(?:ü|ue)(?:ß|ss)e|gru(?:ß|ss)|mfg|vg\b|lg\b|hochachtungsvoll"
    r"|(?:with\s+)?(?:best|kind|warm|many)(?:est)?\s(?:regards|wishes|thanks)|regards|all the best|cheers|sincerely"
    r"|yours|(?:best|thanks|thank you)\s*[,.!]?\s*$|(?:bien )?cordialement|bien à vous|(?:meilleures )?salutations)",
    re.IGNORECASE,
)


def own_lines(text: str) -> list[str]:
    """The lines above the first quoted or forwarded mail, each cut, and only the last of very many."""
    lines = [line[:_LONGEST_LINE] for line in text.replace("\u00a0", " ").splitlines()]
    end = next((number for number in range(len(lines)) if _starts_quote(lines, number)), len(lines))
    return lines[:end][-_MOST_LINES:]


def signature_start(lines: Sequence[str]) -> int | None:
    """The number of the line after the last sign-off that a digit follows, or None."""
    has_digit = False
    for number in range(len(lines) - 1, -1, -1):
        if has_digit and _SIGN_OFF.match(lines[number]):
            return number + 1
        has_digit = has_digit or any(map(str.isdigit, lines[number]))
    return None


def _starts_quote(lines: Sequence[str], number: int) -> bool:
    line = lines[number]
    if _QUOTE.match(line) or _WROTE.match(line) or _WROTE.match(" ".join(lines[number : number + 2])):
        return True
    return bool(_FROM.match(line)) and any(_SENT.match(later) for later in lines[number + 1 : number + 4])
