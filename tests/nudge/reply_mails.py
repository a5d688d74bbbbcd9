"""Builds the text of a rep's answer to a nudge as mail clients write it: a real nudge, quoted in their ways."""

from html import escape

from app.mail.letter import Letter
from app.mail.markup import text_of
from app.texts import Language

QUOTES = ("top", "bottom", "inline", "none", "html", "unmarked")
_ZURUF = "Zuruf <jonas@keller-maschinen.example>"
_ATTRIBUTIONS: dict[str, dict[Language, str]] = {
    "gmail": {
        "de": "Am Mi., 4. März 2026 um 09:12 Uhr schrieb Zuruf <\njonas@keller-maschinen.example>:",
        "en": f"On Wed, Mar 4, 2026 at 9:12 AM {_ZURUF}\nwrote:",
    },
    "gmail_android": {
        "de": "Zuruf <jonas@keller-maschinen.example> schrieb am Mi., 4. März 2026, 09:12:",
        "en": f"On Wed, 4 Mar 2026, 09:12 {_ZURUF}, wrote:",
    },
    "iphone": {"de": f"Am 04.03.2026 um 09:12 schrieb {_ZURUF}:", "en": f"On 4 Mar 2026, at 09:12, {_ZURUF} wrote:"},
    "apple_mail": {
        "de": f"> Am 04.03.2026 um 09:12 schrieb {_ZURUF}:",
        "en": f"> On 4 Mar 2026, at 09:12, {_ZURUF} wrote:",
    },
    "thunderbird": {"de": "Am 04.03.26 um 09:12 schrieb Zuruf:", "en": "On 04/03/2026 09:12, Zuruf wrote:"},
    "k9": {
        "de": f"Am 4. März 2026 09:12:00 MEZ schrieb {_ZURUF}:",
        "en": f"On 4 March 2026 09:12:00 CET, {_ZURUF} wrote:",
    },
    "yahoo": {
        "de": f"    Am Mittwoch, 4. März 2026 um 09:12:00 MEZ hat {_ZURUF} Folgendes geschrieben:  \n ",
        "en": f"    On Wednesday, 4 March 2026 at 09:12:00 GMT+1, {_ZURUF} wrote:  \n ",
    },
}
_HEADERS: dict[Language, str] = {
    "de": f"Von: {_ZURUF}\nGesendet: Mittwoch, 4. März 2026 09:12\nAn: Jonas Keller\nBetreff: ",
    "en": f"From: {_ZURUF}\nSent: Wednesday, 4 March 2026 09:12\nTo: Priya Shah\nSubject: ",
}
_GMX: dict[Language, str] = {
    "de": f"Gesendet: Mittwoch, 4. März 2026 um 09:12\nVon: {_ZURUF}\nAn: jonas@keller-maschinen.example\nBetreff: ",
    "en": f"Sent: Wednesday, March 4, 2026 at 9:12 AM\nFrom: {_ZURUF}\nTo: priya@northwind-tools.example\nSubject: ",
}
_SAMSUNG: dict[Language, str] = {
    "de": f"-------- Ursprüngliche Nachricht --------\nVon: {_ZURUF}\nDatum: 04.03.26 09:12 (GMT+01:00)\n"
    "An: jonas@keller-maschinen.example\nBetreff: ",
    "en": f"-------- Original message --------\nFrom: {_ZURUF}\nDate: 04/03/2026 09:12 (GMT+00:00)\n"
    "To: priya@northwind-tools.example\nSubject: ",
}
_SENT_WITH: dict[str, dict[Language, str]] = {
    "iphone": {"de": "\n\nVon meinem iPhone gesendet", "en": "\n\nSent from my iPhone"},
    "samsung": {"de": "\n\nVon meinem/meiner Galaxy gesendet", "en": "\n\nSent from my Galaxy"},
    "outlook_mobile": {
        "de": "\n\nOutlook für Android<https://aka.ms/AAb9ysg> herunterladen\n" + "_" * 32,
        "en": "\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n" + "_" * 32,
    },
    "k9": {
        "de": "\n-- \nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "en": "\n-- \nSent from K-9",
    },
    "gmx": {"de": "\n-- \nDiese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.", "en": "\n "},
    "apple_mail": {"de": "\n\nJonas", "en": "\n\nPriya"},
    "yahoo": {"de": "\n\nGesendet von Yahoo Mail auf Android", "en": "\n\nSent from Yahoo Mail on Android"},
}
CLIENTS = (
    "gmail",
    "gmail_android",
    "outlook",
    "outlook_mobile",
    "apple_mail",
    "iphone",
    "thunderbird",
    "k9",
    "gmx",
    "samsung",
    "yahoo",
)
MARKING_CLIENTS = frozenset(_ATTRIBUTIONS) - {"yahoo"}


def reply_mail(language: Language, client: str, quote: str, written: str, nudge: Letter) -> str:
    """The text of the answer, as it is read from the Sent folder."""
    text = written + _SENT_WITH.get(client, {}).get(language, "")
    match quote:
        case "none":
            return text
        case "unmarked":
            return f"{text}\n\n{nudge.text}"
        case "html":
            return text_of(_html_mail(language, client, text, nudge))
        case "top":
            return f"{text}\n\n{_introduction(language, client, nudge)}\n{_quoted(client, nudge.text)}"
    first, second = nudge.text.split("\n\n", 1)
    if quote == "bottom":
        return f"{_introduction(language, client, nudge)}\n{_marked(nudge.text)}\n\n{text}\n"
    return f"{_introduction(language, client, nudge)}\n{_marked(first)}\n\n{text}\n\n{_marked(second)}\n"


def _introduction(language: Language, client: str, nudge: Letter) -> str:
    if client in _ATTRIBUTIONS:
        return _ATTRIBUTIONS[client][language] + ("" if client == "apple_mail" else "\n" * (client == "iphone"))
    headers = {"gmx": _GMX, "samsung": _SAMSUNG}.get(client, _HEADERS)
    return f"{headers[language]}{nudge.subject}\n"


def _quoted(client: str, text: str) -> str:
    return _marked(text) if client in _ATTRIBUTIONS and client != "yahoo" else text


def _marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _html_mail(language: Language, client: str, text: str, nudge: Letter) -> str:
    paragraphs = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))
    if client in _ATTRIBUTIONS:
        head = f"<div class='quote'>{escape(_ATTRIBUTIONS[client][language])}</div>"
        return f"<html><body>{paragraphs}<br>{head}<blockquote>{nudge.html}</blockquote></body></html>"
    lines = [line.partition(":") for line in _introduction(language, client, nudge).strip().splitlines()]
    head = "".join(f"<b>{name}:</b>{escape(value)}<br>" for name, _, value in lines)
    head = f"<div style='border-top:solid #E1E1E1 1.0pt'><p>{head}</p></div>"
    return f"<html><body>{paragraphs}{head}{nudge.html}</body></html>"
