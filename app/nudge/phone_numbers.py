"""Finds the number to call in a mail that the person wrote; only there, never in quoted mail, and never a fax."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher, PhoneNumberType

from app.nudge.own_text import own_lines
from app.nudge.phone_labels import Label, NumberKind, read_label
from app.nudge.signature import Signature

# Country domains that are in use all over the world say nothing about a country.
_GENERIC_DOMAINS: Final = frozenset({"ai", "cc", "co", "fm", "gg", "io", "ly", "me", "tv"})
_COSTLY: Final = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PAGER})
_CONCATENATING: Final = frozenset({43, 49})  # Austria and Germany dial an extension right behind the number
_EXTENSION: Final = re.compile(
    r"[\s,;|]*\(?(?:dw|durchwahl|nst|nebenstelle|app|apparat|kl|klappe)\s?\.?\s*:?\s*-?\s*(\d{1,5})(?![\s/-]*\d)",
    re.IGNORECASE,
)
_ZERO_EXTENSION: Final = re.compile(r"\s*[-/]\s*0$")
_FIRST_PERSON: Final = re.compile(r"\b(?:mich|meine?|mir|ich|me|my|i|i'm|moi|mon|erreichbar)\b", re.IGNORECASE)
_LEAST_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """`e164` is for dialling, `display` for reading (national in the home region); both are without the extension."""

    e164: str
    extension: str | None
    display: str
    kind: NumberKind


@dataclass(frozen=True, slots=True)
class _Candidate:
    number: PhoneNumber
    label: Label
    line: int
    zero: bool


def best_number(text: str, name: str, address: str, language: str, home: str | None = None) -> FoundNumber | None:
    """The number of the person `name` <`address`> in a mail text from that person; None when there is none.

    The direct line comes before the switchboard, that before the mobile; a number beside the name before any other.
    National spellings are read for the country of other numbers in the text, else of the address, else of `language`.
    """
    lines = own_lines(text)
    signature = Signature.find(lines, name, address)
    candidates = _candidates(lines, address, language)
    found = [candidate for candidate in candidates if _is_the_persons(candidate, lines[candidate.line], signature)]
    beside_name = [candidate for candidate in found if candidate.line in signature.own]
    numbers = [_found(candidate, home) for candidate in beside_name or found]
    return min(numbers, key=lambda number: list(NumberKind).index(number.kind), default=None)


def _is_the_persons(candidate: _Candidate, line: str, signature: Signature) -> bool:
    if candidate.line < signature.start or candidate.label is Label.PROSE:
        return _FIRST_PERSON.search(line) is not None
    return candidate.line not in signature.foreign


def _candidates(lines: list[str], address: str, language: str) -> list[_Candidate]:
    international = _region_written_out(lines)
    regions = [international] if international else _regions_of(address, language)
    promising = (number for number, line in enumerate(lines) if sum(map(str.isdigit, line)) >= _LEAST_DIGITS)
    return [candidate for number in promising for candidate in _on_line(lines, number, regions)]


def _region_written_out(lines: list[str]) -> str | None:
    matches = (match for line in lines if "+" in line for match in PhoneNumberMatcher(line, None))
    regions = (phonenumbers.region_code_for_number(match.number) for match in matches)
    return next((region for region in regions if region), None)


def _regions_of(address: str, language: str) -> list[str]:
    top = address.rpartition(".")[2].casefold()
    region = "GB" if top == "uk" else top.upper()
    if region in phonenumbers.SUPPORTED_REGIONS and top not in _GENERIC_DOMAINS:
        return [region]
    return {"de": ["DE"], "fr": ["FR"]}.get(language, ["GB", "US"])


def _on_line(lines: list[str], number: int, regions: Sequence[str]) -> Iterator[_Candidate]:
    line = lines[number]
    previous_end = 0
    for match in _matches(line, regions):
        before = line[previous_end : match.start]
        if previous_end == 0 and not before.strip(" .:()"):
            before = _label_above(lines, number)
        label = read_label(before, line[match.end :])
        previous_end = match.end
        if label in {Label.FAX, Label.OTHER} or phonenumbers.number_type(match.number) in _COSTLY:
            continue
        extended = _with_extension(match.number, match.raw_string, line[match.end :])
        zero = extended is match.number and _ZERO_EXTENSION.search(match.raw_string) is not None
        yield _Candidate(extended, label if extended is match.number else Label.DIRECT, number, zero)


def _matches(line: str, regions: Sequence[str]) -> list[phonenumbers.PhoneNumberMatch]:
    for region in regions:
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


def _with_extension(number: PhoneNumber, spelling: str, after: str) -> PhoneNumber:
    match = _EXTENSION.match(after)
    if match is None or number.country_code not in _CONCATENATING:
        return number
    base = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    base = base[:-1] if _ZERO_EXTENSION.search(spelling) else base
    extended = phonenumbers.parse(base + match.group(1))
    return extended if phonenumbers.is_valid_number(extended) else number


def _found(candidate: _Candidate, home: str | None) -> FoundNumber:
    number = candidate.number
    at_home = home is not None and phonenumbers.region_code_for_number(number) == home
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    without_extension = PhoneNumber()
    without_extension.merge_from(number)
    without_extension.extension = None
    return FoundNumber(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        extension=number.extension or None,
        display=phonenumbers.format_number(without_extension, style),
        kind=_kind(candidate),
    )


def _kind(candidate: _Candidate) -> NumberKind:
    if candidate.label in {Label.DIRECT, Label.MOBILE, Label.SWITCHBOARD}:
        return NumberKind(candidate.label.value)
    number_type = phonenumbers.number_type(candidate.number)
    if number_type == PhoneNumberType.MOBILE:
        return NumberKind.MOBILE
    is_shared = candidate.zero or number_type == PhoneNumberType.TOLL_FREE
    return NumberKind.SWITCHBOARD if is_shared else NumberKind.PHONE
