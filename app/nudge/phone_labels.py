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
    """What a label can say.

    `SERVICE` is nobody's own line, `OTHER` no number to call somebody at work.
    """

    DIRECT = "direct"
    PHONE = "phone"
    SWITCHBOARD = "switchboard"
    MOBILE = "mobile"
    SERVICE = "service"
    FAX = "fax"
    OTHER = "other"
    NONE = "none"


_PROSE: Final = re.compile(
    r"\b(?:unter|auf|at|on|au|is|ist|lautet|to|an|call)(?:\s(?:der|die|the|le))?"
    r"(?:\s(?:tel\.?|telefon|phone|nummer|number|numéro))?\W*$",
    re.IGNORECASE,
)


def _letter(letters: str) -> str:
    """One of these letters alone, right before the number."""
    return rf"|(?<![\w.])[{letters}](?=\W*$)"


_PHONE_AND_FAX: Final = re.compile(r"(?:tel|fon|phone)\w*\.?\s*(?:/|&|\+|,|und|and|u\.|et)\s*(?:tele)?fax\W*$")
_FAX: Final = re.compile(r"\b(?:tele|e-?)?fax\w*|\b(?:tele)?kopie\w*|télécopie\w*|[📠🖷]|(?<![\w.])f(?=\W*$)")
# Tried in this order: the more telling word wins over the mere "phone" beside it ("mobile phone").
_LABELS: Final = (
    (
        Label.OTHER,
        re.compile(
            r"\bprivat|\bprivé|domicile|\bhome\b(?!.?office)|dial.?in|einwahl|konferenz|conference|meeting|\bpin\b|passcode"
            r"|one tap" + _letter("h")
        ),
    ),
    (
        Label.SERVICE,
        re.compile(
            r"hotline|\bservice(?:nummer|line)?\b|customer serv|kundendienst|support|help.?(?:desk|line)|notdienst"
            r"|notruf|bereitschaft|störung|pikett|emergency|out of hours|24.?h\b|24/7|toll.?free"
            r"|free.?(?:phone|call)|\bvert\b"
        ),
    ),
    (
        Label.MOBILE,
        re.compile(
            r"\bmobil(?:e|tel\w*|funk\w*|nr|phone|nummer)?\b|\bmob\b|handy|\bcell|natel|portable|\bport\b|\bgsm\b"
            r"|whats.?app|\bsignal\b|[📱📲]" + _letter("mc")
        ),
    ),
    (
        Label.DIRECT,
        re.compile(r"durchwahl|\bdw\b|\bdire[ck]te?\b|direktwahl|direktnummer|\bddi\b|\bdid\b|\bld\b" + _letter("d")),
    ),
    (
        Label.SWITCHBOARD,
        re.compile(
            r"zentrale\b|switchboard|\bmain\b|reception|empfang|sekretariat|\bstandard\b|\binfo\b|accueil|hauptnummer"
            r"|sammel(?:nummer|ruf)|\bvermittlung\b|\boperator\b|front desk|head office|\bpforte\b"
        ),
    ),
    (
        Label.PHONE,
        re.compile(
            r"\btel\b|\btele(?:f|ph)on|\btél|fon\b|phone|\bph\b|\bruf|büro|\boffice\b|\bbureau\b|\bfixe\b|festnetz"
            r"|\bwork\b|landline|[☎📞✆🕿]" + _letter("tpow")
        ),
    ),
    (
        Label.OTHER,
        re.compile(
            r"iban|\bbic\b|\bkonto|\bblz\b|\bhr[ab]\b|\bust\b|\bvat\b|\buid\b|steuer|sire[tn]|\brcs\b|\btva\b"
            r"|account(?!s? (?:team|dep|manag))"
            r"|company n|\bregist|kunden|auftrag|rechnung|facture|angebot|bestell|artikel|\border|invoice|ticket"
            r"|\bn[or]\b|\bref|\bfn\b|firmenbuch|\bdvr\b|mwst|lieferant|lieferschein|serien|serial|track|sendung|\beori\b"
            r"|\bgln\b|\bduns\b|commande|client|devis|quote|\bpo\b|customer|supplier|sort code"
            r"|\bkto\b|debitor|kreditor|\bst\b|finanzamt|gläubiger|\bean\b|\bgtin\b|\bteil\b|\bpart\b|material|charge\b"
            r"|vertrag|contract|police\b|policy|\bcase\b|vorgang|zeichen|\baz\b|projekt|project|postfach|\bbox\b|licen[cs]e"
            r"|zulassung|betriebsn|dossier|contrat"
        ),
    ),
)
_SEPARATORS: Final = re.compile(r"[|·•;\t]|\s{3,}|,\s")


# A number with a code to key in behind it opens a conference.
_DIAL_IN: Final = re.compile(r"\s*(?:,,|#|\W{0,3}(?:pin|code|konferenz|conference|meeting)\b)", re.IGNORECASE)
_NOTE_BEHIND: Final = re.compile(r"\s*\(([^()\d]{1,20})\)")
_WORD_BEHIND: Final = re.compile(r"[\s,–-]*([^\W\d_]{1,12}\.?)\s*(?:$|[|·•;,/]|\s{3,})")


def read_label(before: str, after: str) -> Label:
    """Reads the text before a number on its line, and the beginning of the text behind it, as in `0171 23 (mobil)`."""
    if _DIAL_IN.match(after):
        return Label.OTHER
    behind = _label_behind(_NOTE_BEHIND, after)
    if behind is not Label.NONE:
        return behind
    pieces = [piece for piece in _SEPARATORS.split(before.casefold()) if piece.strip(" .:/()-+")]
    label = _label_in(pieces[-1]) if pieces else Label.NONE
    return _label_behind(_WORD_BEHIND, after) if label is Label.NONE else label


def _label_behind(pattern: re.Pattern[str], after: str) -> Label:
    match = pattern.match(after)
    return _label_in(match.group(1).casefold()) if match else Label.NONE


def _label_in(text: str) -> Label:
    if _PHONE_AND_FAX.search(text):
        return Label.PHONE
    faxes = list(_FAX.finditer(text))
    rest = text[faxes[-1].end() :] if faxes else text
    fallback = Label.FAX if faxes else Label.NONE
    return next((label for label, words in _LABELS if words.search(rest)), fallback)


def is_prose(before: str) -> bool:
    """Whether the text before a number is a sentence that leads to it."""
    return _PROSE.search(before) is not None


def names_a_thing(text: str) -> bool:
    """Whether the text says that a number is that of an invoice, an account, a part or the like."""
    return _LABELS[-1][1].search(text.casefold()) is not None
