"""The country for which a number without a country code is read."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberMatch, PhoneNumberMatcher, PhoneNumberType

from app.nudge.phone_labels import Label, read_label

# Country domains that are in use all over the world say nothing about a country.
_GENERIC_DOMAINS: Final = frozenset({"ai", "cc", "co", "fm", "gg", "io", "ly", "me", "tv"})
_LAST_LINES: Final = 15
_WRITTEN: Final = (
    (
        "AT",
        re.compile(
            r"\bA-\d{4}\b|\bÖsterreich\b|\bAustria\b|\bWien\b|\bATU ?\d{8}\b"
            r"|\bFN ?\d{5,6} ?[a-z]\b|\bGes\.? ?m\.?b\.?H\b"
        ),
    ),
    (
        "CH",
        re.compile(r"\bCH-\d{4}\b|\bSchweiz\b|\bSwitzerland\b|\bSuisse\b|\bSvizzera\b|\bCHE-\d{3}|\bNatel\b"),
    ),
    ("FR", re.compile(r"\bF-\d{5}\b|\bFrance\b")),
    ("DE", re.compile(r"\bDE?-\d{5}\b|\bDeutschland\b|\bGermany\b|\bDE ?\d{9}\b")),
    ("GB", re.compile(r"\bUnited Kingdom\b|\bEngland\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b")),
    ("US", re.compile(r"\bUSA\b|\b[A-Z][a-z]+, [A-Z]{2} \d{5}\b")),
)
_SITE: Final = re.compile(r"(?:www\.|@|https?://)[\w.-]{1,200}?\.(at|ch|de|fr)(?![\w.-]*\w)", re.IGNORECASE)
# Where a language is spoken, the most likely country first.
_SPOKEN_IN: Final = {"de": ("DE", "AT", "CH"), "fr": ("FR", "CH", "BE")}


def regions(lines: Sequence[str], promising: Sequence[str], address: str, language: str) -> list[str]:
    """Region codes to try, the likely one first; `lines` are the mail as written, `promising` those with a number.

    Told by an international number in the text, else by the address of the mail, else by a country, a post code, a
    register or a web site at the end of the text, else by area codes that only one of the `language`'s countries has.
    """
    last = "\n".join(lines[-_LAST_LINES:])
    told = _international(promising) or _domain(address) or _written(last) or _site(last)
    if told:
        return [told]
    spoken_in = _SPOKEN_IN.get(language)
    return [_by_area_codes(promising, spoken_in)] if spoken_in else ["GB", "US"]


def _international(lines: Sequence[str]) -> str | None:
    matches = (match for line in lines if "+" in line for match in PhoneNumberMatcher(line, None))
    found = (phonenumbers.region_code_for_number(match.number) for match in matches)
    return next((region for region in found if region), None)


def _domain(address: str) -> str | None:
    top = address.rpartition(".")[2].casefold()
    region = "GB" if top == "uk" else top.upper()
    return region if region in phonenumbers.SUPPORTED_REGIONS and top not in _GENERIC_DOMAINS else None


def _written(text: str) -> str | None:
    return next((region for region, words in _WRITTEN if words.search(text)), None)


def _site(text: str) -> str | None:
    found = _SITE.search(text)
    return found[1].upper() if found else None


def _by_area_codes(lines: Sequence[str], countries: Sequence[str]) -> str:
    """The first country, unless all numbers are written so that their area codes are those of another."""
    return next(
        (region for region in countries if any(_has_area_code(*one) for one in _matches(lines, region))), countries[0]
    )


def _matches(lines: Sequence[str], region: str) -> Iterator[tuple[str, PhoneNumberMatch]]:
    return ((line, match) for line in lines for match in PhoneNumberMatcher(line, region))


def _has_area_code(line: str, match: PhoneNumberMatch) -> bool:
    """Whether a gap follows the area code, as in "0664 123 45 61" for Austria, where Germany has the code 06641.

    A number without gaps tells by its label, where that says mobile.
    """
    if not match.raw_string.lstrip("( ").startswith("0"):
        return False
    if re.fullmatch(r"\d+", match.raw_string):
        is_mobile = phonenumbers.number_type(match.number) == PhoneNumberType.MOBILE
        return is_mobile and read_label(line[: match.start], line[match.end :]) is Label.MOBILE
    code = 1 + phonenumbers.length_of_national_destination_code(match.number)
    return re.match(rf"\W*(?:\d\W*){{{code - 1}}}\d\D", match.raw_string) is not None
