"""Which folder holds the sent mail: by the server's word, else by exact name, else the rep is asked. Never a guess."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.mail.imap_values import Folder

# Exact names as servers and mail programs create them; a part of a name means nothing ("Gesendet 2019", "Not sent").
NAMES = {
    "en": ("Sent", "Sent Items", "Sent Messages", "Sent Mail", "Sent-Mail", "Sent Mails", "Sent Email", "Sent Objects"),
    "de": (
        "Gesendet", "Gesendete Elemente", "Gesendete Objekte", "Gesendete Nachrichten", "Gesendete E-Mails",
        "Gesendete Mails", "Gesendete Mail", "Gesendete",
    ),
    "fr": (
        "Envoyés", "Envoyé", "Éléments envoyés", "Messages envoyés", "Courrier envoyé", "Courriers envoyés",
        "E-mails envoyés", "Objets envoyés",
    ),
    "it": ("Inviati", "Inviata", "Posta inviata", "Messaggi inviati", "Elementi inviati"),
    "es": ("Enviados", "Enviado", "Elementos enviados", "Mensajes enviados", "Correo enviado", "Correos enviados"),
    "pt": ("Enviadas", "Itens enviados", "Mensagens enviadas", "E-mails enviados", "Correio enviado"),
    "ca": ("Enviats", "Elements enviats"),
    "nl": ("Verzonden", "Verzonden items", "Verzonden berichten", "Verzonden objecten", "Verzonden e-mail"),
    "pl": ("Wysłane", "Elementy wysłane", "Wysłane elementy", "Wysłane wiadomości", "Poczta wysłana"),
    "cs": ("Odeslané", "Odeslaná pošta", "Odeslané zprávy"),
    "sk": ("Odoslané", "Odoslaná pošta", "Odoslané správy"),
    "da": ("Sendt", "Sendte elementer", "Sendt post", "Sendte beskeder", "Sendte mails"),
    "no": ("Sendte", "Sendte meldinger", "Sendte e-poster", "Sendt e-post"),
    "sv": ("Skickat", "Skickade", "Skickade objekt", "Skickade meddelanden", "Skickad e-post"),
    "fi": ("Lähetetyt", "Lähetetyt viestit", "Lähetetyt kohteet"),
    "hu": ("Elküldött", "Elküldött elemek", "Elküldött üzenetek", "Elküldött levelek"),
    "ro": ("Trimise", "Elemente trimise", "Mesaje trimise"),
    "hr": ("Poslano", "Poslane stavke", "Poslane poruke"),
    "tr": ("Gönderilmiş Öğeler", "Gönderilmiş", "Gönderilenler", "Gönderilmiş postalar"),
}  # fmt: skip

# An outbox: with a few old servers the sent mail, with most the mail that waits to be sent.
DOUBTFUL = ("Postausgang",)

PARENTS = ("inbox", "[gmail]", "[google mail]")
OTHER_USES = frozenset({"\\trash", "\\drafts", "\\junk", "\\spam", "\\all", "\\allmail", "\\archive", "\\inbox"})
NOT_SELECTABLE = frozenset({"\\noselect", "\\nonexistent"})


@dataclass(frozen=True, slots=True)
class SentChoice:
    """`certain`, or None and the folders to let the rep choose from, most likely first."""

    certain: Folder | None
    candidates: tuple[Folder, ...]


def rank_sent_folders(folders: Sequence[Folder]) -> SentChoice:
    """The sent folder of a mailbox: `\\Sent` (RFC 6154, or XLIST), then exact names, case aside, also below INBOX.

    Several of the same rank, an outbox, or nothing at all leave the choice to the rep; with nothing at all, the
    candidates are all folders that may hold mail of any kind.
    """
    usable = [folder for folder in folders if not _flags(folder) & NOT_SELECTABLE]
    for found in (_flagged(usable), _named(usable, _KNOWN)):
        if found:
            return SentChoice(found[0] if len(found) == 1 else None, tuple(found))
    return SentChoice(None, tuple(_named(usable, _DOUBTFUL) or usable))


def likely_sent_folders(folders: Sequence[Folder]) -> list[Folder]:
    """Every folder that is one by the server's word or by its exact name: old and new ones may lie side by side."""
    usable = [folder for folder in folders if not _flags(folder) & NOT_SELECTABLE]
    return list(dict.fromkeys([*_flagged(usable), *_named(usable, _KNOWN)]))


def _flagged(folders: Sequence[Folder]) -> list[Folder]:
    return [folder for folder in folders if "\\sent" in _flags(folder)]


def _named(folders: Sequence[Folder], names: frozenset[str]) -> list[Folder]:
    return [folder for folder in folders if not _flags(folder) & OTHER_USES and _own_name(folder) in names]


def _flags(folder: Folder) -> frozenset[str]:
    return frozenset(flag.lower() for flag in folder.flags)


def _own_name(folder: Folder) -> str:
    """The folded name, without a parent that only stands for the mailbox itself."""
    name = _folded(folder.name)
    if folder.delimiter:
        parent, _, child = name.partition(folder.delimiter)
        if child and parent in PARENTS:
            return child
    return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()


_KNOWN = frozenset(_folded(name) for names in NAMES.values() for name in names)
_DOUBTFUL = frozenset(_folded(name) for name in DOUBTFUL)
