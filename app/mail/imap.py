"""A logged-in IMAP connection: reads a folder without leaving a trace, waits for news, appends to a folder."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Self

from imapclient import DELETED
from imapclient.datetime_util import format_criteria_date

from app.mail import imap_fetch, imap_incoming
from app.mail.errors import ProtocolBroken, UnsafeArgument
from app.mail.imap_address import Resolver, resolve_host
from app.mail.imap_answers import Refusal, append_refused, command_refused, folder_refused, login_refused
from app.mail.imap_capabilities import as_words
from app.mail.imap_client import Client
from app.mail.imap_connect import connect
from app.mail.imap_strings import folder_argument, guarded, quoted
from app.mail.imap_transport import Transport
from app.mail.imap_values import (
    DEFAULT_TIMEOUTS,
    Appended,
    ConnectPolicy,
    Endpoint,
    Fetched,
    Folder,
    FolderState,
    Login,
    Timeouts,
    TlsMode,
    TokenLogin,
    Unfetchable,
)
from app.mail.incoming import Incoming
from app.mail.lifeline import Lifeline
from app.mail.message import MailMessage

__all__ = [
    "Appended",
    "ConnectPolicy",
    "Endpoint",
    "Fetched",
    "Folder",
    "FolderState",
    "Login",
    "MailSession",
    "Timeouts",
    "TlsMode",
    "Unfetchable",
    "open_session",
]

# In messages, which also keeps the list of UIDs in a command below 3 KB, and in octets of text.
LARGEST_BATCH = 200
LARGEST_GROUP = 8 * 1024 * 1024
APPENDUID = re.compile(rb"\[APPENDUID (\d{1,10}) (\d{1,10})\]", re.IGNORECASE)


class MailSession:
    """One connection, owned by one thread at a time. Its methods raise `MailError` and nothing else.

    After `MailboxUnreachable` and `ProtocolBroken` the connection is closed; after other errors it can be used further.
    """

    def __init__(self, transport: Transport, client: Client) -> None:
        self._transport = transport
        self._client = client
        self._exists = 0
        self._news = False
        with self._asking():
            self.capabilities = as_words(client.share_capabilities())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def list_folders(self) -> list[Folder]:
        """All folders of the mailbox, in the server's order."""
        with self._asking():
            return self._client.list_all()

    def examine(self, folder: str) -> FolderState:
        """Open a folder read-only; raises `FolderMissing`."""
        return self._open(folder, readonly=True)

    def uids_after(self, uid: int) -> list[int]:
        """The UIDs above `uid`, ascending. `n:*` always yields the last message (RFC 3501 6.4.8), hence the filter."""
        # What was announced until now is in the answer of this search.
        self._news = False
        found = self._search(b"UID", b"%d:*" % (uid + 1))
        return [number for number in found if number > uid]

    def uids_between(self, first: int, last: int) -> list[int]:
        """The UIDs from `first` to `last`, ascending: a part of a folder that is too large to be listed at once."""
        return self._search(b"UID", b"%d:%d" % (first, last))

    def uids_since(self, day: date) -> list[int]:
        """The UIDs of messages filed on `day` or later, in the server's time zone."""
        return self._search(b"SINCE", format_criteria_date(day))

    def uids_from(self, address: str, after: int = 0) -> list[int]:
        """The UIDs above `after` of messages whose From header contains `address`, ascending."""
        news = (b"UID", b"%d:*" % (after + 1)) if after else ()
        if guarded(address).isascii():
            found = self._search(*news, b"FROM", quoted(address))
        else:
            found = self._search(b"CHARSET", b"UTF-8", *news, b"FROM", address.encode())
        return [uid for uid in found if uid > after]

    def find_message_id(self, message_id: str) -> list[int]:
        """The UIDs of messages with exactly this Message-ID, which is one that we minted, in its angle brackets.

        SEARCH matches any part of a header in any case, so what it finds is compared.
        """
        if not (message_id.startswith("<") and message_id.endswith(">")):
            raise UnsafeArgument
        found = self._search(b"HEADER", b"Message-ID", quoted(message_id))
        return [uid for uid, stored in self.fetch_ids(found).items() if stored == message_id]

    def fetch(self, uids: Sequence[int]) -> list[Fetched | Unfetchable]:
        """The messages of at most 200 UIDs, ascending by UID; those that no longer exist are absent."""
        return [message for _, group in self.fetch_in_groups(uids) for message in group]

    def fetch_in_groups(self, uids: Sequence[int]) -> Iterator[tuple[int, list[Fetched | Unfetchable]]]:
        """The same, as (last UID that is done with, messages), with at most 8 MB of text at a time."""
        if len(uids) > LARGEST_BATCH:
            raise ValueError(f"at most {LARGEST_BATCH} messages at once")
        with self._asking():
            heads = imap_fetch.fetch_heads(self._client, uids)
        for group in imap_fetch.in_groups(heads, LARGEST_GROUP):
            with self._asking():
                messages = imap_fetch.fetch_texts(self._client, group)
            yield max(group), messages

    def fetch_whole(self, uid: int, limit: int) -> MailMessage | None:
        """One message up to `limit` octets; None when it is gone."""
        with self._asking():
            return imap_fetch.fetch_whole(self._client, uid, limit)

    def fetch_ids(self, uids: Sequence[int]) -> dict[int, str | None]:
        """UID -> Message-ID of the messages that exist, ascending; None where a message has none."""
        found: dict[int, str | None] = {}
        with self._asking():
            for start in range(0, len(uids), LARGEST_BATCH):
                found |= imap_fetch.fetch_ids(self._client, uids[start : start + LARGEST_BATCH])
        return dict(sorted(found.items()))

    def fetch_incoming(self, uids: Sequence[int]) -> list[Incoming]:
        """What the headers of these received mails, at most 200, tell about whose answers they are, by UID."""
        with self._asking():
            return imap_incoming.fetch_incoming(self._client, uids)

    def append(self, folder: str, raw: bytes, when: datetime) -> Appended:
        """File a message, unseen, with `when` as its date on the server; line ends become CRLF.

        Raises `AppendRefused`, and then the message is not there; after any other error it may be.
        """
        if b"\0" in raw:
            raise UnsafeArgument
        with self._asking(append_refused):
            answer = self._client.append(folder_argument(folder), raw, (), when.astimezone(UTC))
        found = APPENDUID.search(answer)
        return Appended(int(found[1]), int(found[2])) if found else Appended(None, None)

    def delete_duplicate(self, folder: str, uid: int, message_id: str) -> bool:
        """Remove one copy of a message of ours; True when it was removed.

        Only a copy with exactly this Message-ID, only while an older one stays, and only by UID EXPUNGE (RFC 4315),
        which touches nothing else. Opens `folder`; it is read-only again afterwards.
        """
        if "UIDPLUS" not in self.capabilities:
            return False
        self._open(folder, readonly=False)
        removable = uid in self.find_message_id(message_id)[1:]
        if removable:
            with self._asking():
                self._client.add_flags([uid], DELETED, silent=True)
                self._client.uid_expunge([uid])
        self.examine(folder)
        return removable

    def start_idle(self) -> None:
        """Enter IDLE; then ask `has_buffered_input` before waiting for `fileno` to become readable."""
        if "IDLE" not in self.capabilities:
            raise ProtocolBroken("idle_refused")
        with self._asking():
            self._transport.start_idle()

    def finish_idle(self) -> bool:
        """Leave IDLE; True when messages were announced that no `uids_after` has been asked about yet."""
        with self._asking():
            self._transport.finish_idle()
        return self._news

    def take_idle_input(self) -> bool:
        """When `fileno` became readable in IDLE: True when it is news, False for a mere sign of life. Never waits."""
        with self._transport.asking():
            return self._transport.take_idle_input()

    def has_buffered_input(self) -> bool:
        """The peek guard: True when news has already been read, which a selector on `fileno` will not report."""
        return self._news or self._transport.has_input()

    def fileno(self) -> int:
        """For a selector; -1 once closed."""
        return self._transport.sock.fileno()

    def noop(self) -> None:
        """Lets the server tell news, and keeps the connection alive."""
        with self._asking():
            self._transport.noop()

    def close(self) -> None:
        """Log out and close. Never raises, never waits, may be called twice."""
        self._transport.farewell()

    def _open(self, folder: str, *, readonly: bool) -> FolderState:
        argument = folder_argument(folder)
        with self._asking(folder_refused):
            answer = self._client.select_folder(argument, readonly=readonly)
            self._exists, self._news = answer.get(b"EXISTS", 0), False
            self._transport.take_untagged("EXISTS")
            uidvalidity = answer.get(b"UIDVALIDITY", 0)
            # Without it no UID means anything, and nothing that we remember would be safe (RFC 3501 2.3.1.1).
            if uidvalidity <= 0:
                raise ProtocolBroken("uidvalidity_missing")
            uidnext = answer.get(b"UIDNEXT") or max(self._client.search_uids(b"UID", b"*"), default=0) + 1
        return FolderState(uidvalidity, uidnext, self._exists)

    def _search(self, *criteria: bytes) -> list[int]:
        with self._asking():
            return self._client.search_uids(*criteria)

    def _take_news(self) -> None:
        """Look at what the server announced with its last answer: it will not announce it again in IDLE."""
        gone = len(self._transport.take_untagged("EXPUNGE"))
        counts = [int(count) for count in self._transport.take_untagged("EXISTS")]
        if counts:
            self._news = self._news or gone > 0 or counts[-1] != self._exists
            self._exists = counts[-1]
        else:
            self._exists -= gone

    @contextmanager
    def _asking(self, refused: Refusal = command_refused) -> Iterator[None]:
        with self._transport.asking(refused):
            yield
            self._take_news()


def open_session(
    endpoint: Endpoint,
    login: Login | TokenLogin,
    policy: ConnectPolicy,
    *,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    resolve: Resolver = resolve_host,
    lifeline: Lifeline | None = None,
) -> MailSession:
    """Connect, protect and log in; raises `MailError`. `resolve` gives the IP addresses of a host name.

    Another thread may end all this, and the session later, by cutting the `lifeline`.
    """
    transport = connect(endpoint, policy, timeouts, resolve, lifeline or Lifeline())
    try:
        with transport.asking(login_refused):
            transport.log_in(login)
        return MailSession(transport, Client(transport, timeouts.read))
    except BaseException:
        transport.shutdown()
        raise
