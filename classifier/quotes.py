"""Tells the sender's own lines from quoted ones: ">" quoting, Gmail, Apple Mail, Outlook, top and bottom posting.

Works line by line with anchored, bounded patterns, so that no input makes it slow. It knows nothing of signatures.
"""

import re
from collections.abc import Sequence

_QUOTED = re.compile(r"\s{0,3}[A-Za-z]{0,3}>|\s{0,3}\|\s")
_ATTRIBUTION_VERB = re.compile(
    r"\b(?:wrote|writes|schrieb|schrob|hat\b.{0,80}\bgeschrieben|a écrit|escribió|ha scritto|schreef|skrev|napisał)\b"
)
_ATTRIBUTION_START = re.compile(r"\W{0,2}(?:On|Am|Le|El|Il|Op|Den|W dniu|Dnia)\b")
_ATTRIBUTION_FACT = re.compile(r"\d|@|Newsbeitrag|newsgroup|message")
_SEPARATOR = re.compile(
    r"\s*(?:[-_=*]{2,}\s*(?:Original(?:\s|-)?(?:Message|Nachricht|mail)|Urspr(?:ü|ue)ngliche (?:Nachricht|E-?Mail)"
    r"|Forwarded (?:message|by)|Weitergeleitete Nachricht|Message d'origine|Mensaje original|Messaggio originale"
    r"|Oorspronkelijk bericht)"
    r"|Begin forwarded message:|Anfang der weitergeleiteten (?:Nachricht|E-?Mail):)",
    re.IGNORECASE,
)
_HEADER_FIRST = re.compile(r"[\s*>]{0,4}(?:From|Von|De|Da|Van|Från|Fra|Od)\s?:[\s*]", re.IGNORECASE)
_HEADER_MORE = re.compile(
    r"[\s*>]{0,4}(?:Sent|Gesendet|Date|Datum|Envoyé|Enviado|Inviato|Verzonden|To|An|À|Para|Aan|Subject|Betreff|Objet|Asunto"
    r"|Oggetto|Onderwerp|Cc|Kopie|Reply-To)\s?:",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*[_\-=]{10,}\s*$")
_HEADER_REACH = 8  # lines after "From:" among which two more header lines must stand
_ATTRIBUTION_REACH = 3  # a client may break the attribution over so many lines
_ATTRIBUTION_LENGTH = 400


def own_line_numbers(lines: Sequence[str]) -> list[int]:
    """Return the numbers of the lines that the sender wrote, blank ones included, in order."""
    own: list[int] = []
    for number, line in enumerate(lines):
        if _QUOTED.match(line):
            continue
        if _starts_foreign_rest(lines, number):
            break
        start = _attribution_start(lines, number)
        if start is not None:
            while own and own[-1] >= start:
                own.pop()
            if not _quote_follows(lines, number):
                break
            continue
        own.append(number)
    while own and (not lines[own[-1]].strip() or _RULE.match(lines[own[-1]])):
        own.pop()
    return own


def _starts_foreign_rest(lines: Sequence[str], number: int) -> bool:
    """Whether a forwarded or quoted message without ">" marks begins here; it runs to the end of the mail."""
    line = lines[number]
    if _SEPARATOR.match(line):
        return True
    if not _HEADER_FIRST.match(line):
        return False
    following = [other for other in lines[number + 1 : number + 1 + 2 * _HEADER_REACH] if other.strip()]
    return sum(_HEADER_MORE.match(other) is not None for other in following[:_HEADER_REACH]) >= 2


def _attribution_start(lines: Sequence[str], number: int) -> int | None:
    """Return the line where an attribution ("On ... wrote:") that ends in this line begins, or None."""
    if not lines[number].rstrip().endswith((":", "：")):
        return None
    joined = ""
    for start in range(number, max(-1, number - _ATTRIBUTION_REACH), -1):
        joined = f"{lines[start].strip()} {joined}"
        if len(joined) > _ATTRIBUTION_LENGTH:
            return None
        whole = start == number or _ATTRIBUTION_START.match(joined)
        if whole and _ATTRIBUTION_VERB.search(joined) and _ATTRIBUTION_FACT.search(joined):
            return _widen_attribution(lines, start)
    return None


def _widen_attribution(lines: Sequence[str], start: int) -> int:
    """Take in the line above when the client broke "On Mon, 3 Feb 2025," from "Anna <a@b> wrote:"."""
    above = start - 1
    broken = above >= 0 and not _ATTRIBUTION_START.match(lines[start]) and _ATTRIBUTION_START.match(lines[above])
    return above if broken and _ATTRIBUTION_FACT.search(lines[above]) else start


def _quote_follows(lines: Sequence[str], number: int) -> bool:
    for line in lines[number + 1 : number + 4]:
        if line.strip():
            return _QUOTED.match(line) is not None
    return False
