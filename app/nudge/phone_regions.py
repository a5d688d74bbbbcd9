"""The country for which a number without a country code is read."""

import re
from collections.abc import Sequence
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberMatcher

# Country domains that are in use all over the world say nothing about a country.
_GENERIC_DOMAINS: Final = frozenset({"ai", "cc", "co", "fm", "gg", "io", "ly", "me", "tv"})
_LAST_LINES: Final = 15
_WRITTEN: Final = (
    ("AT", re.compile(r"\bA-\d{4}\b|\bÖsterreich\b|\bAustria\b|\bWien\b")),
    ("CH", re.compile(r"\bCH-\d{4}\b|\bSchweiz\b|\bSwitzerland\b|\bSuisse\b")),
    ("FR", re.compile(r"\bF-\d{5}\b|\bFrance\b")),
    ("DE", re.compile(r"\bDE?-\d{5}\b|\bDeutschland\b|\bGermany\b")),
    ("GB", re.compile(r"\bUnited Kingdom\b|\bEngland\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b")),
    ("US", re.compile(r"\bUSA\b|\b[A-Z][a-z]+, [A-Z]{2} \d{5}\b")),
)


def regions(lines: Sequence[str], address: str, language: str) -> list[str]:
    """Region codes to try, the likely one first.

    Told by an international number in the text, else by the address of the mail, else by a country or post code at the
    end of the text, else by `language`.
    """
    told = _international(lines) or _domain(address) or _written("\n".join(lines[-_LAST_LINES:]))
    return [told] if told else {"de": ["DE"], "fr": ["FR"]}.get(language, ["GB", "US"])


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
