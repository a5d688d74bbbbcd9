"""Tests of finding the sent folder, on folder lists as real servers give them."""

import pytest

from app.mail.imap import Folder
from app.mail.sent_folder import NAMES, likely_sent_folders, rank_sent_folders
from tests.servers.dovecot import Dovecot
from tests.servers.sessions import dovecot_session


def listed(text: str, delimiter: str | None = "/") -> list[Folder]:
    """Folders from `name`, or `name:\\Flag`, one after the other, parted by semicolons."""
    return [
        Folder(name.strip(), frozenset(filter(None, flags.split())), delimiter)
        for name, _, flags in (entry.partition(":") for entry in text.split(";"))
    ]


# What the server lists, its delimiter, and the one right folder.
LAYOUTS = {
    "Gmail German": (
        "INBOX; [Gmail]:\\Noselect; [Gmail]/Alle Nachrichten:\\All; [Gmail]/Gesendet:\\HasNoChildren \\Sent",
        "/",
        "[Gmail]/Gesendet",
    ),
    "Gmail without flags": ("INBOX; [Gmail]:\\Noselect; [Gmail]/Sent Mail; [Gmail]/Drafts", "/", "[Gmail]/Sent Mail"),
    "Google Mail": ("INBOX; [Google Mail]:\\Noselect; [Google Mail]/Gesendet", "/", "[Google Mail]/Gesendet"),
    "Gmail by XLIST": ("INBOX:\\Inbox; [Gmail]/Skickat:\\Sent; [Gmail]/Alla:\\AllMail", "/", "[Gmail]/Skickat"),
    "Exchange German": (
        "INBOX; Aufgaben; Entwürfe; Gelöschte Elemente; Gesendete Elemente; Journal; Kalender; Postausgang",
        "/",
        "Gesendete Elemente",
    ),
    "Microsoft 365": (
        "INBOX; Sent Items:\\Sent; Deleted Items:\\Trash; Junk Email:\\Junk; Outbox; Sent",
        "/",
        "Sent Items",
    ),
    "Exchange French": ("INBOX; Boîte d'envoi; Éléments envoyés; Éléments supprimés", "/", "Éléments envoyés"),
    "Exchange Polish": ("INBOX; Elementy wysłane; Elementy usunięte; Skrzynka nadawcza", "/", "Elementy wysłane"),
    "Exchange Dutch": ("INBOX; Concepten; Verzonden items; Verwijderde items", "/", "Verzonden items"),
    "Dovecot": ("INBOX; Drafts:\\Drafts; Sent:\\Sent; Trash:\\Trash", "/", "Sent"),
    "Dovecot below INBOX": ("INBOX; INBOX.Sent:\\Sent; INBOX.Sent Items; INBOX.Trash:\\Trash", ".", "INBOX.Sent"),
    "Courier": ("INBOX; INBOX.Drafts; INBOX.Sent; INBOX.Trash", ".", "INBOX.Sent"),
    "Courier German": ("INBOX; INBOX.Entwürfe; INBOX.Gesendet; INBOX.Papierkorb", ".", "INBOX.Gesendet"),
    "Cyrus slash": ("INBOX; INBOX/Gesendete Objekte; INBOX/Trash", "/", "INBOX/Gesendete Objekte"),
    "iCloud": ("INBOX; Archive; Deleted Messages; Drafts; Junk; Notes; Sent Messages", "/", "Sent Messages"),
    "GMX": ("INBOX; Entwürfe:\\Drafts; Gelöscht:\\Trash; Gesendet:\\Sent; OUTBOX", "/", "Gesendet"),
    "WEB.DE without flags": ("INBOX; Entwurf; Gesendet; Papierkorb; Spam; Unbekannt", "/", "Gesendet"),
    "T-Online": ("INBOX; INBOX.Sent; INBOX.Trash; INBOX.Drafts; INBOX.Spam", ".", "INBOX.Sent"),
    "IONOS": ("INBOX; Entwürfe; Gesendete Objekte; Papierkorb; Spam", "/", "Gesendete Objekte"),
    "Open-Xchange": ("INBOX; Gesendete Nachrichten; Papierkorb; Confirmed-ham", "/", "Gesendete Nachrichten"),
    "Yahoo": ("Archive:\\Archive; Bulk Mail:\\Junk; Draft:\\Drafts; Inbox; Sent:\\Sent; Trash:\\Trash", "/", "Sent"),
    "hMailServer": ("INBOX; Sent Items; Deleted Items", "\\", "Sent Items"),
    "Pine": ("INBOX; mail; sent-mail; saved-messages", "/", "sent-mail"),
    "shouting": ("INBOX; SENT ITEMS; TRASH", "/", "SENT ITEMS"),
    "decomposed umlauts": ("INBOX; E\u0301le\u0301ments envoye\u0301s", "/", "E\u0301le\u0301ments envoye\u0301s"),
    "Italian": ("INBOX; Bozze; Posta inviata; Cestino", "/", "Posta inviata"),
    "Spanish": ("INBOX; Borradores; Elementos enviados; Papelera", "/", "Elementos enviados"),
    "no hierarchy": ("INBOX; Sent", None, "Sent"),
    "a flag in capitals": ("INBOX; Post raus:\\SENT; Sent", "/", "Post raus"),
    "other years and people": ("INBOX; Sent; Sent/2024; Archiv/Gesendet; Kunden/Sent; Gesendet 2019", "/", "Sent"),
    "a folder that holds no mail": ("INBOX; Sent:\\Noselect; Gesendet", "/", "Gesendet"),
}  # fmt: skip


@pytest.mark.parametrize(("folders", "delimiter", "expected"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_sent_folder_of_a_known_layout_is_found(folders: str, delimiter: str | None, expected: str) -> None:
    choice = rank_sent_folders(listed(folders, delimiter))
    assert choice.certain is not None
    assert choice.certain.name == expected


# What the server lists, and between what the rep is asked to choose.
OPEN_LAYOUTS = {
    "an old and a new one": ("INBOX; Sent; Gesendete Elemente; Trash", ["Sent", "Gesendete Elemente"]),
    "two with the flag": ("INBOX; Sent:\\Sent; Sent-neu:\\Sent; Gesendet", ["Sent", "Sent-neu"]),
    "only an outbox": ("INBOX; Postausgang; Papierkorb", ["Postausgang"]),
    "unknown names": ("INBOX; Ausgang; Müll", ["INBOX", "Ausgang", "Müll"]),
    "other languages' bins": ("INBOX; Koš; Papierkorb; Prullenbak", ["INBOX", "Koš", "Papierkorb", "Prullenbak"]),
    "a bin by a misleading name": ("INBOX; Sent:\\Trash", ["INBOX", "Sent"]),
    "nothing": ("INBOX:\\Noselect", []),
}


@pytest.mark.parametrize(("folders", "candidates"), OPEN_LAYOUTS.values(), ids=OPEN_LAYOUTS.keys())
def test_where_it_is_not_certain_the_rep_is_asked(folders: str, candidates: list[str]) -> None:
    choice = rank_sent_folders(listed(folders))
    assert choice.certain is None
    assert [folder.name for folder in choice.candidates] == candidates


def test_an_old_and_a_new_sent_folder_side_by_side_are_both_likely() -> None:
    folders = listed("INBOX; Sent; Gesendete Elemente:\\Sent; Gesendet 2019; Drafts:\\Drafts; INBOX/Sent:\\Noselect")
    assert [folder.name for folder in likely_sent_folders(folders)] == ["Gesendete Elemente", "Sent"]


def test_a_certain_choice_is_also_the_first_candidate() -> None:
    choice = rank_sent_folders(listed("INBOX; Sent"))
    assert choice.candidates == (choice.certain,)


def test_no_name_means_sent_in_one_language_and_something_else_in_another() -> None:
    names = {name.casefold() for names in NAMES.values() for name in names}
    assert not names & {"papierkorb", "koš", "trash", "entwürfe", "drafts", "archiv", "outbox", "inbox", "spam"}


def test_a_real_server_tells_its_sent_folder(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with dovecot.client(user) as client:
        client.create('"Gesendete Elemente"')
    with dovecot_session(dovecot, user) as session:
        choice = rank_sent_folders(session.list_folders())
    assert choice.certain is not None
    assert choice.certain.name == "Sent"
