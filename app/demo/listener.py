"""The IMAP server on its event loop: pymap's protocol over the kept mailboxes, loopback only.

Everything here runs on one loop; `app.demo.server` is its face for other threads.
"""

import asyncio
import secrets
import ssl
from argparse import Namespace
from collections.abc import Iterable
from contextlib import AsyncExitStack, suppress
from typing import Final

import structlog
from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.result import ProxyResultLocal
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.concurrent import Subsystem
from pymap.context import connection_exit
from pymap.imap import IMAPConnection
from pymap.imap.state import ConnectionState
from pymap.mailbox import MailboxSnapshot
from pymap.user import UserMetadata
from pysasl.hashing import BuiltinHash

from app.demo.errors import DemoUserExists, DemoUserUnknown
from app.demo.mail import DemoMail
from app.demo.mailboxes import KeptMailbox, KeptMailboxSet, append_message
from app.demo.mailstore import MailStore, StoredMail

log = structlog.get_logger()

HOST: Final = "127.0.0.1"
FOLDERS: Final = ("INBOX", "Sent", "Trash")
# The passwords are long and random, so a dear hash would only slow each login down.
HASH_ROUNDS: Final = 1000


class DemoConfig(Config):
    """pymap's settings without its command line, its TLS files and its host name look-up."""

    def __init__(self) -> None:
        super().__init__(
            Namespace(),
            host=HOST,
            port=0,
            demo_data=False,
            demo_user="",
            demo_password="",
            tls_enabled=False,
            ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
            hash_context=BuiltinHash(rounds=HASH_ROUNDS),
            cpu_subsystem=Subsystem.for_asyncio(),
            proxy_protocol=ProxyProtocolNoop(),
        )

    @property
    def greeting(self) -> bytes:
        return b"Zuruf demo mailbox"


class Listener:
    """Serves the users of one `MailStore`."""

    def __init__(self, store: MailStore) -> None:
        self._store = store
        self._config = DemoConfig()
        self._login = Login(self._config)
        self._connections: dict[asyncio.Task[None], ConnectionState] = {}

    async def open(self) -> asyncio.Server:
        """Listens on the port of the last start where that is still free.

        Raises: OSError where no port can be had.
        """
        for name, digest in self._store.users().items():
            await self._admit(name, digest)
        try:
            server = await asyncio.start_server(self._accept, HOST, self._store.port() or 0)
        except OSError:
            server = await asyncio.start_server(self._accept, HOST, 0)
        with self._store.saved():
            self._store.remember_port(port_of(server))
        return server

    async def drop(self, user: str | None = None) -> None:
        """Ends the connections of `user`, or all."""
        tasks = [task for task, state in self._connections.items() if user is None or owner_of(state) == user]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def users(self) -> list[str]:
        return list(self._login.users_dict)

    async def add_user(self, name: str) -> str:
        """The new password; it is kept as a digest only. Raises DemoUserExists."""
        if name in self._login.users_dict:
            raise DemoUserExists
        password = secrets.token_urlsafe(24)
        digest = self._config.hash_context.hash(password)
        with self._store.saved():
            self._store.add_user(name, digest)
            for folder in FOLDERS:
                self._store.add_folder(name, folder, MailboxSnapshot.new_uid_validity())
        await self._admit(name, digest)
        return password

    async def remove_user(self, name: str) -> None:
        """Deletes the mails, folders and connections of `name`. Raises DemoUserUnknown."""
        if self._login.users_dict.pop(name, None) is None:
            raise DemoUserUnknown
        await self.drop(name)
        self._config.set_cache.pop(name, None)
        with self._store.saved():
            self._store.remove_user(name)

    async def append(self, user: str, mails: Iterable[DemoMail]) -> list[int]:
        """Adds all mails or none, and tells the clients that have the folder open. Raises DemoUserUnknown."""
        placed = [(self._mailbox(user, mail.folder), mail) for mail in mails]
        with self._store.saved():
            return [
                (await mailbox.take(append_message(mail.raw, mail.internal_date, mail.flags))).uid
                for mailbox, mail in placed
            ]

    async def newest(self, user: str, folder: str, limit: int) -> list[StoredMail]:
        """Up to `limit` mails, the highest UID first."""
        return self._mailbox(user, folder).newest(limit)

    async def _admit(self, name: str, digest: str) -> None:
        mailboxes = KeptMailboxSet()
        await mailboxes.restore(self._store, name)
        self._config.set_cache[name] = (mailboxes, FilterSet())
        self._login.users_dict[name] = UserMetadata(self._config, name, password=digest)

    def _mailbox(self, user: str, folder: str) -> KeptMailbox:
        mailboxes, _ = self._config.set_cache.get(user, (None, None))
        found = mailboxes.folder(folder) if isinstance(mailboxes, KeptMailboxSet) else None
        if found is None:
            raise DemoUserUnknown
        return found

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state = ConnectionState(self._login, self._config)
        task = asyncio.create_task(self._serve(reader, writer, state))
        self._connections[task] = state
        task.add_done_callback(self._forget)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, state: ConnectionState) -> None:
        source = SocketInfo.get(writer, ProxyResultLocal())
        connection = IMAPConnection(self._config.commands, self._config, reader, writer, source)
        try:
            async with AsyncExitStack() as stack:
                connection_exit.set(stack)
                await connection.run(state)
        finally:
            connection.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._connections[task]
        failure = None if task.cancelled() else task.exception()
        if failure is not None:
            log.warning("demo_connection_failed", error=type(failure).__name__)


def owner_of(state: ConnectionState) -> str | None:
    return state._session.owner if state._session else None


def port_of(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port
