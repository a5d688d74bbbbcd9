"""Looks for a nudge whose delivery is in doubt, and removes the second copy of one that came twice."""

from typing import Final

import structlog

from app.courier.ways import INBOX
from app.mail.errors import FolderMissing
from app.mail.imap import MailSession
from app.mail.imap_values import Folder
from app.store.schema import Nudge

log = structlog.get_logger()

# Where a rep, a rule or a server may have put a nudge that no longer is in INBOX.
ELSEWHERE: Final = frozenset({"\\All", "\\Trash", "\\Archive", "\\Junk"})
ELSEWHERE_NAMES: Final = frozenset(
    {"trash", "deleted items", "deleted messages", "papierkorb", "gelöschte elemente", "gelöschte objekte", "archive"}
    | {"junk", "spam", "junk-e-mail", "archiv"}
)
# After INBOX was numbered anew, so many of its newest mails are looked at.
SCANNED_ANEW: Final = 50


def copies_in_inbox(session: MailSession, nudge: Nudge) -> list[int]:
    """UIDs of the nudge in INBOX, by search and by looking at all that came since the intent; raises `MailError`.

    Some servers' header search misses mails (Yahoo, Exchange), hence both.
    """
    state = session.examine(INBOX)
    same = state.uidvalidity == nudge.inbox_uidvalidity
    first = nudge.inbox_uidnext or 1 if same else max(1, state.uidnext - SCANNED_ANEW)
    found = set(session.find_message_id(nudge.message_id))
    if first < state.uidnext:
        recent = session.uids_after(first - 1)
        found.update(uid for uid, stored in session.fetch_ids(recent).items() if stored == nudge.message_id)
    return sorted(found)


def is_elsewhere(session: MailSession, nudge: Nudge) -> bool:
    """Whether the nudge lies where mail goes from INBOX."""
    folders = [folder.name for folder in session.list_folders() if _may_hold_old_mail(folder)]
    return any(_holds(session, name, nudge.message_id) for name in folders)


def remove_copies(session: MailSession, nudge: Nudge) -> None:
    """The oldest copy in INBOX stays."""
    session.examine(INBOX)
    for uid in session.find_message_id(nudge.message_id)[1:]:
        removed = session.delete_duplicate(INBOX, uid, nudge.message_id)
        log.info("second copy of a nudge", nudge=str(nudge.id), removed=removed)


def _holds(session: MailSession, folder: str, message_id: str) -> bool:
    try:
        session.examine(folder)
    except FolderMissing:
        return False
    return bool(session.find_message_id(message_id))


def _may_hold_old_mail(folder: Folder) -> bool:
    """By special use (RFC 6154), or by name on servers that have none."""
    name = folder.name.rpartition(folder.delimiter)[2] if folder.delimiter else folder.name
    return bool(folder.flags & ELSEWHERE) or name.casefold() in ELSEWHERE_NAMES
