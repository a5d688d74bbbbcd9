"""Finds the number to call in a mail that the person wrote; only there, never in quoted mail, and never a fax."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher, PhoneNumberType

from app.nudge.own_text import own_lines
from app.nudge.phone_labels import Label, NumberKind, is_prose, read_label
from app.nudge.phone_regions import regions
from app.nudge.phone_sentences import only_invites, says_own_number
from app.nudge.signature import Signature

_COSTLY: Final = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PAGER})
_CONCATENATING: Final = frozenset({43, 49})  # Austria and Germany dial an extension right behind the number
_EXTENSION: Final = re.compile(
    r"[\s,;|/–-]*\(?(?:dw|durchwahl|nst|nebenstelle|app|apparat|kl|klappe|poste|intern|ext(?:ension)?)"
    r"\s?\.?\s*:?\s*-?\s*(\d{1,5})(?![\s/-]*\d)",
    re.IGNORECASE,
)
_ZERO_EXTENSION: Final = re.compile(r"\s*[-/–]\s*0$")
_OWN_EXTENSION: Final = re.compile(
    r"\bmeine?r? (?:durchwahl|nebenstelle|dw|klappe)\W{1,3}(\d{2,4})\b(?![\s/-]*\d)", re.IGNORECASE
)
_ROUND: Final = str.maketrans("[]{}", "()()")
_NEEDLESS: Final = re.compile(r"(?<=[-/])\s?\(0\)\s?(?=\d)|(?<=\d)\s?\(0\)(?=\s?\()|\+(?=\+)|(?<=\+\d\d)\s?/")
_TWO_EXTENSIONS: Final = re.compile(
    r"(?<=\d[-–])(?P<first>\d{1,5})\s?(?:/|oder|or|und|u\.|ou|&)\s?[-–]\s?(?P<second>\d{1,5})(?![\d-])"
)
_LEAST_DIGITS: Final = 6
# The library takes seconds for a line of nothing but digits; what a person signs with is far below this.
_MOST_DIGITS: Final = 120
_MOST_LINES: Final = 60
# What a library that looks for phone numbers takes for one: dates, times, IBANs and letters glued to digits.
_NO_NUMBER: Final = re.compile(
    r"\b\d{1,2}[./]\s?\d{1,2}[./]\s?(?:19|20)\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b|\b\d{1,2}:\d\d\b"
    r"|(?<![\d.])(?:[012]?\d|3[01])\.(?:0?\d|1[0-2])\.\d\d(?![.\d])"
    r"|\b[A-Z]{2}\d{2}(?:\s?[A-Z\d]{4}){3,7}(?:\s?[A-Z\d]{1,3})?\b|\b[A-Z]{2,3}-?\d[\d.]{5,}|\b\d{4,}[a-z]\b"
)


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """`e164` is for dialling, without the extension; `spelled` makes it readable."""

    e164: str
    extension: str | None
    kind: NumberKind


@dataclass(frozen=True, slots=True)
class _Candidate:
    number: PhoneNumber
    label: Label
    line: int
    zero: bool
    prose: bool
    place: tuple[int, int]


def best_number(text: str, name: str, address: str, language: str) -> FoundNumber | None:
    """The number of the person `name` <`address`> in a mail text from that person; None when there is none.

    The direct line comes before the switchboard, that before the mobile; a number beside the name before any other.
    A line that is nobody's own, such as a hotline, is the last resort. National spellings are read for a country
    that the text, the address or the `language` tells.
    """
    written = own_lines(text)
    lines = [_readable(line) for line in written]
    signature = Signature.find(lines, name, address)
    found = [one for one in _candidates(lines, written, address, language) if _is_the_persons(one, lines, signature)]
    beside_name = [one for one in found if one.line in signature.own]
    best = min(beside_name or found, key=_rank, default=None)
    told = _OWN_EXTENSION.search("\n".join(lines[: signature.start])) if best and best.zero else None
    if best and told:
        best = replace(best, number=_with_extension(best.number, "-0", f"DW {told[1]}"), label=Label.DIRECT, zero=False)
    return _found(best) if best else None


def _readable(line: str) -> str:
    """A line without what the library misreads: dates, odd brackets and signs, the zero of `-(0)123`."""
    return _NEEDLESS.sub(" ", _TWO_EXTENSIONS.sub(_own_extension, _NO_NUMBER.sub("_", line.translate(_ROUND))))


def _own_extension(choice: re.Match[str]) -> str:
    """Of two extensions, as in `-0 / -23`, the one that is not the switchboard's; behind phone and fax the phone's."""
    line = choice.string[: choice.start()].casefold()
    first = "fax" in line or choice["first"].strip("0")
    return choice["first"] if first else choice["second"]


def _is_the_persons(candidate: _Candidate, lines: Sequence[str], signature: Signature) -> bool:
    line = candidate.line
    is_invitation = candidate.prose and line in signature.own and only_invites(lines[line])
    if line < signature.start or line in signature.postscript or (candidate.prose and not is_invitation):
        return says_own_number(lines, line, *candidate.place)
    return line not in signature.foreign


def _rank(candidate: _Candidate) -> tuple[bool, int]:
    """Nobody's own line comes last, whatever its kind."""
    is_service = candidate.label is Label.SERVICE or _is_toll_free(candidate.number)
    return is_service, list(NumberKind).index(_kind(candidate))


def _is_toll_free(number: PhoneNumber) -> bool:
    return phonenumbers.number_type(number) == PhoneNumberType.TOLL_FREE


def _candidates(lines: list[str], written: Sequence[str], address: str, language: str) -> list[_Candidate]:
    promising = [n for n, line in enumerate(lines) if _LEAST_DIGITS <= sum(map(str.isdigit, line)) <= _MOST_DIGITS]
    promising = promising[-_MOST_LINES:]
    countries = regions(written, [lines[number] for number in promising], address, language)
    return [candidate for number in promising for candidate in _on_line(lines, number, countries)]


def _on_line(lines: list[str], number: int, countries: Sequence[str]) -> Iterator[_Candidate]:
    line = lines[number]
    previous_end = 0
    for match in _matches(line, countries):
        before = line[previous_end : match.start]
        if previous_end == 0 and not before.strip(" .:()"):
            before = _label_above(lines, number)
        label = read_label(before, line[match.end :])
        previous_end = match.end
        if label in {Label.FAX, Label.OTHER} or phonenumbers.number_type(match.number) in _COSTLY:
            continue
        extended = _with_extension(match.number, match.raw_string, _behind(lines, number, match.end))
        is_joined = extended.national_number != match.number.national_number
        zero = not is_joined and _ZERO_EXTENSION.search(match.raw_string) is not None
        label = Label.DIRECT if is_joined else label
        yield _Candidate(extended, label, number, zero, is_prose(before), (match.start, match.end))


def _matches(line: str, countries: Sequence[str]) -> list[phonenumbers.PhoneNumberMatch]:
    for region in countries:
        matches = [match for match in PhoneNumberMatcher(line, region) if _is_complete(match.raw_string, region)]
        if matches:
            return matches
    return []


def _is_complete(spelling: str, region: str) -> bool:
    """Whether a number is written with all that dialling needs: without its prefix it may be any number on earth."""
    prefix = phonenumbers.ndd_prefix_for_region(region, True)
    return prefix != "0" or spelling.lstrip("( ").startswith(("+", "0"))


def _label_above(lines: list[str], number: int) -> str:
    above = lines[number - 1].strip() if number else ""
    return above if len(above) <= 30 and not any(map(str.isdigit, above)) else ""


def _behind(lines: Sequence[str], number: int, end: int) -> str:
    """The rest of a line, or the next line where it has none: an extension may stand there."""
    rest = lines[number][end:]
    return rest if rest.strip() or number + 1 == len(lines) else lines[number + 1]


def _with_extension(number: PhoneNumber, spelling: str, after: str) -> PhoneNumber:
    match = _EXTENSION.match(after)
    extension = match.group(1) if match else number.extension
    if extension is None:
        return number
    extended = PhoneNumber()
    extended.merge_from(number)
    extended.extension = extension
    if number.country_code not in _CONCATENATING:
        return extended
    base = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    base = base[:-1] if _ZERO_EXTENSION.search(spelling) else base
    joined = phonenumbers.parse(base + extension)
    return joined if phonenumbers.is_valid_number(joined) else extended


def spelled(e164: str, home: str | None) -> str:
    """A number as it is read: nationally in the region `home`, with its country code abroad."""
    number = phonenumbers.parse(e164)
    at_home = home is not None and phonenumbers.region_code_for_number(number) == home
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    )


def _found(candidate: _Candidate) -> FoundNumber:
    number = candidate.number
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return FoundNumber(e164, number.extension or None, _kind(candidate))


def _kind(candidate: _Candidate) -> NumberKind:
    if candidate.label in {Label.DIRECT, Label.MOBILE, Label.SWITCHBOARD}:
        return NumberKind(candidate.label.value)
    if candidate.label is Label.SERVICE or candidate.zero or _is_toll_free(candidate.number):
        return NumberKind.SWITCHBOARD
    is_mobile = phonenumbers.number_type(candidate.number) == PhoneNumberType.MOBILE
    return NumberKind.MOBILE if is_mobile else NumberKind.PHONE
