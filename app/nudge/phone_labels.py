"""What the words around a phone number say about it: direct line, switchboard, mobile, fax (de, en, fr)."""

import re
from enum import StrEnum
from typing import Final


class NumberKind(StrEnum):
    """In the order in which a rep would try them."""

    DIRECT = "direct"
    PHONE = "phone"
    SWITCHBOARD = "switchboard"
    MOBILE = "mobile"


class Label(StrEnum):
    """What a label can say; `OTHER` is a number that is no phone number, `PROSE` a sentence around the number."""

    DIRECT = "direct"
    PHONE = "phone"
    SWITCHBOARD = "switchboard"
    MOBILE = "mobile"
    FAX = "fax"
    OTHER = "other"
    PROSE = "prose"
    NONE = "none"


_NUMBER_WORD: Final = r"(?:\s(?:tel\.?|telefon|phone|nummer|number|numéro))?\W*$"


def _letter(letters: str) -> str:
    """One of these letters alone, right before the number."""
    return rf"|(?<![\w.])[{letters}](?=\W*$)"


_PHONE_AND_FAX: Final = re.compile(r"(?:tel|fon|phone)\w*\.?\s*(?:/|&|\+|,|und|and|u\.|et)\s*(?:tele)?fax\W*$")
_FAX: Final = re.compile(r"\b(?:tele)?fax\w*|\b(?:tele)?kopie\w*|télécopie\w*|(?<![\w.])f(?=\W*$)")
# Tried in this order: the more telling word wins over the mere "phone" beside it ("mobile phone").
_LABELS: Final = (
    (Label.PROSE, re.compile(r"\b(?:unter|auf|at|on|au|is|ist|lautet|to|an|call)(?:\s(?:der|the|le))?" + _NUMBER_WORD)),
    (
        Label.MOBILE,
        re.compile(
            r"\bmobil(?:e|tel\w*|funk\w*|nr|phone)?\b|\bmob\b|handy|\bcell|natel|portable|\bgsm\b" + _letter("mc")
        ),
    ),
    (Label.DIRECT, re.compile(r"durchwahl|\bdw\b|\bdire[ck]te?\b|direktwahl|\bddi\b" + _letter("d"))),
    (
        Label.SWITCHBOARD,
        re.compile(
            r"zentrale|switchboard|\bmain\b|reception|empfang|\bstandard\b|hotline|\bservice\b|support|\binfo\b"
        ),
    ),
    (
        Label.PHONE,
        re.compile(r"\btel\b|\btele(?:f|ph)on|\btél|fon\b|phone|\bph\b|\bruf|büro|office|bureau" + _letter("tpo")),
    ),
    (
        Label.OTHER,
        re.compile(
            r"iban|\bbic\b|\bkonto|\bblz\b|\bhr[ab]\b|\bust\b|\bvat\b|\buid\b|steuer|sire[tn]|\brcs\b|\btva\b|account"
            r"|company n|\bregist|kunden|auftrag|rechnung|angebot|bestell|artikel|order|invoice|ticket|\bn[or]\b|\bref"
        ),
    ),
)
_SEPARATORS: Final = re.compile(r"[|·•;\t]|\s{3,}|,\s")


def read_label(before: str, after: str) -> Label:
    """Reads the text before a number on its line, and the beginning of the text behind it, as in `0171 23 (mobil)`."""
    note = re.match(r"\s*\(([^()\d]{1,20})\)", after)
    if note:
        label = _label_in(note.group(1).casefold())
        if label is not Label.NONE:
            return label
    pieces = [piece for piece in _SEPARATORS.split(before.casefold()) if piece.strip(" .:/()-+")]
    return _label_in(pieces[-1]) if pieces else Label.NONE


def _label_in(text: str) -> Label:
    if _PHONE_AND_FAX.search(text):
        return Label.PHONE
    faxes = list(_FAX.finditer(text))
    rest = text[faxes[-1].end() :] if faxes else text
    fallback = Label.FAX if faxes else Label.NONE
    return next((label for label, words in _LABELS if words.search(rest)), fallback)
