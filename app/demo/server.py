"""The demo's IMAP server for the rest of the program: starts, stops, has users. It runs on a thread of its own.

It knows nothing of what is in the mails and nothing of who connects.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Coroutine, Iterable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from app.demo.errors import DemoUnavailable
from app.demo.mail import DemoMail
from app.demo.mailstore import MailStore, StoredMail

if TYPE_CHECKING:
    from app.demo.listener import Listener

T = TypeVar("T")

MISSING: Final = "The demo mailbox needs the package pymap. Install it with: pip install 'zuruf[demo]'"
NOT_STARTED: Final = "The demo mailbox could not start: {reason}."
NOT_RUNNING: Final = "The demo mailbox does not run."


@dataclass(frozen=True, slots=True)
class Running:
    loop: asyncio.AbstractEventLoop
    listener: "Listener"
    port: int
    stopping: asyncio.Event


class DemoServer:
    """An IMAP server on 127.0.0.1 without TLS, whose users and mails live in `directory`.

    Any thread may call it. The methods about users and mails raise DemoUnavailable while it does not run.
    Users are named by e-mail address; each has the folders INBOX, Sent and Trash. Raises DemoUnavailable without pymap.
    """

    host: Final = "127.0.0.1"

    def __init__(self, directory: Path) -> None:
        if find_spec("pymap") is None:
            raise DemoUnavailable(MISSING)
        self._directory = directory
        self._running: Running | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port of this start; that of the last start wherever it is still free."""
        return self._now().port

    def start(self) -> None:
        """Returns once the server answers. Raises DemoUnavailable."""
        ready: Future[Running] = Future()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="demo-imap", daemon=True)
        self._thread.start()
        try:
            self._running = ready.result()
        except CancelledError as error:
            raise DemoUnavailable(NOT_STARTED.format(reason="see the log")) from error

    def stop(self) -> None:
        """Ends all connections and the thread. Does nothing when the server does not run."""
        if self._running is None or self._thread is None:
            return
        self._running.loop.call_soon_threadsafe(self._running.stopping.set)
        self._thread.join()
        self._running = self._thread = None

    def users(self) -> list[str]:
        """In the order of their creation."""
        return self._call(self._now().listener.users())

    def add_user(self, name: str) -> str:
        """Makes the user with empty folders; the random password is told this once. Raises DemoUserExists."""
        return self._call(self._now().listener.add_user(name))

    def remove_user(self, name: str) -> None:
        """Deletes everything of the user and ends the connections. Raises DemoUserUnknown."""
        self._call(self._now().listener.remove_user(name))

    def append(self, user: str, mails: Iterable[DemoMail]) -> list[int]:
        """Adds all mails or none, tells the clients in IDLE, and returns the UIDs. Raises DemoUserUnknown."""
        return self._call(self._now().listener.append(user, mails))

    def newest(self, user: str, folder: str, limit: int) -> list[StoredMail]:
        """Up to `limit` mails of a folder, the last to arrive first. Raises DemoUserUnknown."""
        return self._call(self._now().listener.newest(user, folder, limit))

    def _now(self) -> Running:
        if self._running is None:
            raise DemoUnavailable(NOT_RUNNING)
        return self._running

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._now().loop).result()

    def _run(self, ready: Future[Running]) -> None:
        try:
            asyncio.run(self._serve(ready))
        except (OSError, sqlite3.Error) as error:
            if ready.done():
                raise
            ready.set_exception(DemoUnavailable(NOT_STARTED.format(reason=error)))
        finally:
            # Whatever else went wrong, nobody waits for ever.
            ready.cancel()

    async def _serve(self, ready: Future[Running]) -> None:
        from app.demo.listener import Listener, port_of

        store = MailStore(self._directory)
        try:
            listener = Listener(store)
            server = await listener.open()
            stopping = asyncio.Event()
            ready.set_result(Running(asyncio.get_running_loop(), listener, port_of(server), stopping))
            await stopping.wait()
            server.close()
            await listener.drop()
            await server.wait_closed()
        finally:
            store.close()
