"""The demo as the rest of the program meets it: opened with one click, played with, closed with one click."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from app.demo.actions import DemoRep, InboxMail
from app.demo.history import build_history
from app.demo.history.world import load_world
from app.demo.server import DemoServer
from app.texts import Language


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """How a fresh demo mailbox is reached: on loopback, without TLS, by the address as the user name."""

    host: str
    port: int
    address: str
    username: str
    password: str

    def __repr__(self) -> str:
        return f"DemoAccount({self.host}:{self.port})"


class Demo:
    """Demo mailboxes whose mails live in `directory`. `clock` gives the aware time.

    Raises DemoUnavailable where pymap is not installed.
    """

    def __init__(self, directory: Path, clock: Callable[[], datetime]) -> None:
        self._server = DemoServer(directory)
        self._clock = clock
        self._opening = Lock()

    @property
    def port(self) -> int:
        """Where the server listens; that of the last start wherever it is still free."""
        return self._server.port

    def start(self) -> None:
        """Serves the mailboxes that were there before. Raises DemoUnavailable."""
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def open(self, language: Language) -> DemoAccount:
        """A new mailbox, filled with the history of the rep of that language; the password is told this once."""
        with self._opening:
            address = self._free_address(load_world(language).rep.email)
            password = self._server.add_user(address)
        self._server.append(address, build_history(language, self._clock(), rep=address))
        return DemoAccount(self._server.host, self._server.port, address, address, password)

    def close(self, address: str) -> None:
        """Deletes the mailbox; an address that is not there is nothing to do."""
        if address in self._server.users():
            self._server.remove_user(address)

    def send_personal(self, address: str) -> None:
        """One personal mail goes into Sent. Raises DemoUserUnknown."""
        DemoRep(self._server, address).send_personal(self._clock())

    def send_template(self, address: str, people: int = 5) -> None:
        """One sales text to so many people goes into Sent. Raises DemoUserUnknown."""
        DemoRep(self._server, address).send_template(self._clock(), people)

    def inbox(self, address: str, limit: int = 20) -> list[InboxMail]:
        """The newest mails of the rep's inbox, newest first. Raises DemoUserUnknown."""
        return DemoRep(self._server, address).inbox(limit)

    def _free_address(self, wanted: str) -> str:
        name, _, domain = wanted.partition("@")
        taken = set(self._server.users())
        numbered = (f"{name}.{number}@{domain}" for number in range(2, len(taken) + 3))
        return wanted if wanted not in taken else next(address for address in numbered if address not in taken)
