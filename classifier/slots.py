"""Finds what a template fills in: names and companies of recipients, numbers, dates, addresses, merge fields."""

import re
from collections.abc import Iterable

from classifier.values import Sample
from classifier.wordlists import word_list

SLOT = "•"  # stands for any filled-in value; runs of it collapse into one
_RECIPIENT_LIMIT = 40  # a mail to more people than this cannot be filled in for each of them

# The first alternative is the plain word, which most tokens are; the others would each be tried at every word.
TOKEN = re.compile(
    r"[^\W\d_]++(?![@+:_\d]|[.’'-][^\W_]|-@)"
    r"|(?:https?://|www\.)[^\s<>]+|[\w.+-]{1,64}+@[\w.-]+"
    r"|(?:[\w-]{1,63}+\.){1,5}+(?:de|com|net|org|at|ch|eu|io|uk|us|ie|info|biz|app|example)\b[^\s<>]*"
    r"|\d[\w.,:/%-]*|[^\W\d_]+(?:['’][^\W\d_]+)*",
    re.IGNORECASE,
)

_MERGE_FIELD = re.compile(
    r"\{\{([^{}\n]{1,60})\}\}|\$?\{([\w .-]{2,40})\}|\[{1,2}([\w .,'-]{2,40})\]{1,2}|%{1,2}([A-Z][A-Z_ ]{1,30})%{1,2}"
    r"|<<([\w .-]{2,40})>>|«([\w .-]{2,40})»|\*\|([\w:-]{2,40})\|\*|#{1,3}([A-Z][A-Z_]{1,30})#{1,3}"
)
_FIELD_MARKS = ("[", "{", "%", "«", "*", "#", "<<")
_FIELD_WORD = re.compile(
    r"name|first|last|firma|company|unternehmen|anrede|salutation|titel|title|ansprechpartner|contact|kontakt|kund|customer"
    r"|position|role|rolle|city|stadt|ort\b|branche|industry|produ[ck]t|thema|topic|sender|absender|datum|date|recipient"
    r"|empf(?:ä|ae)nger|lead|prospect|account|website|pain.?point|your|their|ihr|signatur|unsubscribe|competitor|insert",
    re.IGNORECASE,
)

_FILLED_WORDS = word_list("slots", "calendar") | word_list("slots", "titles")
_ROLE_WORDS = word_list("slots", "roles")
_SHARED_DOMAINS = word_list("slots", "shared_domains")
_GENITIVES = ("'s", "’s")
_ADDRESS_MARK = re.compile(r"[@./]")
_NAME_WORD = re.compile(r"[^\W\d_]+")
_AROUND_WORDS = '.,:;!?()"„“”…'  # beside a plain word they belong to no token


def count_merge_fields(text: str) -> int:
    """Return how many merge fields were left in: `{{first_name}}`, `[Name]`, `%NAME%`, `<<Firma>>` and their like."""
    if not any(mark in text for mark in _FIELD_MARKS):
        return 0
    return sum(1 for field in _MERGE_FIELD.finditer(text) if _FIELD_WORD.search(field.group()))


def blank_merge_fields(text: str) -> str:
    """Return the text with each merge field overwritten by digits, which later read as a slot; all positions stay."""
    return _MERGE_FIELD.sub(lambda field: _blank(field.group()), text)


def _blank(field: str) -> str:
    return "0" * len(field) if _FIELD_WORD.search(field) else field


def recipient_words(sample: Sample) -> frozenset[str]:
    """Return the casefolded words that a template fills in from this sample's recipients: names and company names."""
    words: set[str] = set()
    for name in sample.recipient_names[:_RECIPIENT_LIMIT]:
        words.update(_name_words(name, 2))
    for address in sample.recipients[:_RECIPIENT_LIMIT]:
        local, _, domain = address.rpartition("@")
        words.update(_name_words(local, 3))
        words.update(_company_words(domain))
    return frozenset(words)


def sender_words(sample: Sample) -> frozenset[str]:
    """Return the casefolded words of the sender's name, as far as the address tells them."""
    local = (sample.sender or "").rpartition("@")[0]
    return frozenset(_name_words(local, 2))


def read_words(text: str, filled: frozenset[str], limit: int) -> list[str]:
    """Return at most so many casefolded words, with one `SLOT` for each run of those that a template would fill in."""
    words: list[str] = []
    # No token holds white space, and most of what stands between two spaces is one plain word.
    for chunk in text.split():
        word = chunk.strip(_AROUND_WORDS)
        if word.isalpha():
            words.append(word.casefold())
        else:
            words.extend(map(_fold, TOKEN.findall(chunk)))
    return _collapse(words[:limit], filled)


def mask(tokens: Iterable[str], filled: frozenset[str]) -> list[str]:
    """Return casefolded words, with one `SLOT` for each run of tokens that a template would fill in."""
    return _collapse(list(map(_fold, tokens)), filled)


def _fold(token: str) -> str:
    """Return a token casefolded, or `SLOT` for what is a number, an address or the genitive of a date or title."""
    word = token.casefold()
    if word.isalpha():
        return word
    if not word[0].isalpha() or _ADDRESS_MARK.search(word):
        return SLOT
    return SLOT if word.endswith(_GENITIVES) and word[:-2] in _FILLED_WORDS else word


def _collapse(words: list[str], filled: frozenset[str]) -> list[str]:
    """Turn dates, titles and the words of this sample's recipients into slots, and each run of slots into one."""
    names = {word for word in filled if word.isalpha()}
    names.update(word + genitive for word in filled for genitive in _GENITIVES)
    if not (names.isdisjoint(words) and _FILLED_WORDS.isdisjoint(words)):
        words = [SLOT if word in names or word in _FILLED_WORDS else word for word in words]
    if words.count(SLOT) < 2:
        return words
    return [word for word, before in zip(words, ["", *words], strict=False) if word is not SLOT or before is not SLOT]


def _name_words(text: str, shortest: int) -> set[str]:
    found = (word.casefold() for word in _NAME_WORD.findall(text[:200]))
    return {word for word in found if len(word) >= shortest and word not in _ROLE_WORDS}


def _company_words(domain: str) -> set[str]:
    labels = domain.casefold().split(".")
    name = labels[-2] if len(labels) > 1 else ""
    if name in {"co", "com", "ac", "gv", "or"} and len(labels) > 2:
        name = labels[-3]
    if len(name) < 3 or name in _SHARED_DOMAINS:
        return set()
    parts = {part for part in name.split("-") if len(part) > 3 and part not in _ROLE_WORDS}
    return {name, *parts, name.replace("-", "")}
