"""pymap's in-memory folders, written through to the `MailStore`.

pymap's own maildir backend is not used: it turns CRLF into LF, moves files out of the system's temporary folder (which
fails across file systems) and finds news by polling.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from pymap.backend.dict.mailbox import MailboxData, MailboxSet, Message
from pymap.concurrent import Event
from pymap.exceptions import NotSupportedError
from pymap.flags import FlagOp
from pymap.interfaces.message import CachedMessage
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import ObjectId
from pymap.parsing.specials.flag import Flag
from pymap.selected import SelectedMailbox

from app.demo.mailstore import MailStore, StoredFolder, StoredMail


def append_message(raw: bytes, internal_date: datetime | None, flags: Iterable[str | Flag]) -> AppendMessage:
    return AppendMessage(raw, internal_date or datetime.now(UTC), frozenset(Flag(str(flag)) for flag in flags))


def stored(message: Message) -> StoredMail:
    flags = tuple(sorted(str(flag) for flag in message.permanent_flags))
    return StoredMail(message.uid, message.internal_date, flags, bytes(message._content or b""))


class KeptMailbox(MailboxData):
    """One folder whose every change is on disk before the client hears of it."""

    def __init__(self, parent: MailboxSet, store: MailStore, folder: StoredFolder) -> None:
        super().__init__(parent._content_cache, parent._thread_cache)
        self._store = store
        self._folder = folder
        self._uid_validity = folder.uidvalidity

    async def restore(self) -> None:
        """Takes the stored mails into memory under their old UIDs."""
        for mail in self._store.mails(self._folder.id):
            self._max_uid = mail.uid - 1
            await super().append(append_message(mail.raw, mail.internal_date, mail.flags))
        self._max_uid = self._folder.last_uid

    async def take(self, append_msg: AppendMessage, *, recent: bool = False) -> Message:
        """Appends without a commit of its own, so that many mails cost one."""
        dated = append_message(append_msg.literal, append_msg.when, append_msg.flag_set)
        message = await super().append(dated, recent=recent)
        self._store.add_mail(self._folder.id, stored(message))
        return message

    def newest(self, limit: int) -> list[StoredMail]:
        """Up to `limit` mails, the highest UID first."""
        uids = sorted(self._messages, reverse=True)[:limit]
        return [stored(self._messages[uid]) for uid in uids]

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> Message:
        with self._store.saved():
            return await self.take(append_msg, recent=recent)

    async def update_selected(self, selected: SelectedMailbox, *, wait_on: Event | None = None) -> SelectedMailbox:
        # pymap waits for the next change even when one came between the last answer and IDLE.
        behind = selected.mod_sequence != self._mod_sequences.highest
        return await super().update_selected(selected, wait_on=None if behind else wait_on)

    async def update(self, uid: int, cached_msg: CachedMessage, flag_set: frozenset[Flag], mode: FlagOp) -> Message:
        message = await super().update(uid, cached_msg, flag_set, mode)
        with self._store.saved():
            self._store.set_flags(self._folder.id, uid, stored(message).flags)
        return message

    async def delete(self, uids: Iterable[int]) -> None:
        uids = list(uids)
        await super().delete(uids)
        with self._store.saved():
            self._store.remove_mails(self._folder.id, uids)

    async def copy(self, uid: int, destination: MailboxData, *, recent: bool = False) -> int | None:
        message = self._messages.get(uid)
        if message is None:
            return None
        mail = stored(message)
        copied = append_message(mail.raw, mail.internal_date, mail.flags)
        return (await destination.append(copied, recent=recent)).uid

    async def move(self, uid: int, destination: MailboxData, *, recent: bool = False) -> int | None:
        moved = await self.copy(uid, destination, recent=recent)
        if moved is not None:
            await self.delete([uid])
        return moved


class KeptMailboxSet(MailboxSet):
    """The folders of one user. They are fixed: a client cannot create, rename or delete one."""

    def folder(self, name: str) -> KeptMailbox | None:
        found = self._inbox if name == "INBOX" else self._set.get(name)
        return found if isinstance(found, KeptMailbox) else None

    async def restore(self, store: MailStore, user: str) -> None:
        for folder in store.folders(user):
            mailbox = KeptMailbox(self, store, folder)
            await mailbox.restore()
            if folder.name == "INBOX":
                self._inbox = mailbox
            else:
                self._set[folder.name] = mailbox

    async def add_mailbox(self, name: str) -> ObjectId:
        raise NotSupportedError(f"The demo has fixed folders; {name} was not made.")

    async def delete_mailbox(self, name: str) -> None:
        raise NotSupportedError(f"The demo has fixed folders; {name} stays.")

    async def rename_mailbox(self, before: str, after: str) -> None:
        raise NotSupportedError(f"The demo has fixed folders; {before} does not become {after}.")
