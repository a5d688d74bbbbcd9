"""A real server seen through one with ways of its own: it hides capabilities and answers some commands itself."""

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.servers.scripted_imap import Wire

# Gets the wire and the tag of a command, and answers it in the server's place.
Answer = Callable[[Wire, str], None]


def status(words: str) -> Answer:
    """Refuse, or whatever the words say, with the command's tag before them."""
    return lambda wire, tag: wire.send(f"{tag} {words}")


def bye(*before: str | bytes) -> Answer:
    """Say this, then goodbye, and close."""

    def leave(wire: Wire, _tag: str) -> None:
        for data in before:
            wire.send(data)
        wire.send("* BYE going down")
        wire.close()

    return leave


@dataclass(slots=True)
class OddImap:
    """The script of a `ScriptedImap` before a server on `target`. `answers` are by the beginning of a command, may be
    changed at any time, and may be limited in number by `once`."""

    target: int
    hidden: tuple[str, ...] = ()
    answers: dict[str, Answer] = field(default_factory=dict)

    def once(self, command: str, answer: Answer, times: int = 1) -> None:
        """Answer so only the next few times."""
        left = iter(range(times - 1))

        def counted(wire: Wire, tag: str) -> None:
            if next(left, None) is None:
                self.answers.pop(command, None)
            answer(wire, tag)

        self.answers[command] = counted

    def __call__(self, wire: Wire) -> None:
        with socket.create_connection(("127.0.0.1", self.target)) as server:
            pump = threading.Thread(target=self._pump, args=(server, wire))
            pump.start()
            try:
                while True:
                    self._pass_on(wire, server)
            finally:
                with contextlib.suppress(OSError):
                    server.shutdown(socket.SHUT_RDWR)
                pump.join()

    def _pass_on(self, wire: Wire, server: socket.socket) -> None:
        line = wire.read_line()
        tag, _, command = line.decode("latin-1").partition(" ")
        answer = next((answer for start, answer in self.answers.items() if command.startswith(start)), None)
        if answer is not None:
            answer(wire, tag)
            return
        server.sendall(line + b"\r\n")
        if line.endswith(b"}"):
            server.sendall(wire.read_octets(int(line.rpartition(b"{")[2][:-1])))

    def _pump(self, server: socket.socket, wire: Wire) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65_536):
                for name in self.hidden:
                    data = data.replace(b" " + name.encode(), b"")
                wire.send(data)
        wire.close()
