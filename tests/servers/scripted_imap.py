"""A server for protocol faults: a script of ours speaks on the wire, and every line that the client sends is kept."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

CAPABILITIES = "IMAP4rev1 IDLE UIDPLUS AUTH=PLAIN"


class Wire:
    """The server's end of one connection."""

    def __init__(self, connection: socket.socket, received: list[bytes], stopped: threading.Event) -> None:
        self._connection = connection
        self._received = received
        self._stopped = stopped
        self._pending = b""
        self.last_line = b""

    def send(self, data: bytes | str) -> None:
        """Send bytes as they are; a str is one line or more, to which CRLF is added."""
        self._connection.sendall(data if isinstance(data, bytes) else f"{data}\r\n".encode())

    def send_split(self, *pieces: bytes) -> None:
        """Send pieces so far apart that the client reads each on its own."""
        for piece in pieces:
            self.send(piece)
            time.sleep(0.05)

    def read_line(self) -> bytes:
        """The next line without CRLF; EOFError when the client is gone."""
        while b"\r\n" not in self._pending:
            self._read_more()
        line, self._pending = self._pending.split(b"\r\n", 1)
        self._received.append(line)
        self.last_line = line
        return line

    def read_literal(self) -> bytes:
        """Let the client send the literal that the last line announced, and return it."""
        size = int(self.last_line.rpartition(b"{")[2].rstrip(b"}"))
        self.send("+ go on")
        return self.read_octets(size + 2)[:-2]

    def read_octets(self, size: int) -> bytes:
        """Exactly so many octets; EOFError when the client is gone."""
        while len(self._pending) < size:
            self._read_more()
        data, self._pending = self._pending[:size], self._pending[size:]
        return data

    def expect(self, command: str) -> str:
        """Wait for a command that begins so and return its tag."""
        line = self.read_line().decode("latin-1")
        tag, _, rest = line.partition(" ")
        if not rest.startswith(command):
            raise AssertionError(f"expected {command!r}, got {line!r}")
        return tag

    def answer(self, command: str, *untagged: str, status: str = "OK done") -> None:
        """Wait for a command and answer it: untagged lines first, then the tagged status."""
        tag = self.expect(command)
        for line in (*untagged, f"{tag} {status}"):
            self.send(line)

    def log_in(self, capabilities: str = CAPABILITIES) -> None:
        """Greet, announce, and accept any name and password by AUTHENTICATE PLAIN."""
        self.send("* OK ready")
        self.answer("CAPABILITY", f"* CAPABILITY {capabilities}")
        self.authenticate(f"OK [CAPABILITY {capabilities}] welcome")

    def authenticate(self, status: str) -> None:
        """Take part in AUTHENTICATE PLAIN and end it with `status`."""
        tag = self.expect("AUTHENTICATE PLAIN")
        self.send("+ ")
        self.read_line()
        self.send(f"{tag} {status}")

    def examine(self, exists: int = 2, *, uidvalidity: int = 7) -> None:
        """Let the client open a folder of `exists` messages."""
        self.answer(
            "EXAMINE",
            "* FLAGS (\\Seen)",
            f"* {exists} EXISTS",
            "* 0 RECENT",
            f"* OK [UIDVALIDITY {uidvalidity}] stable",
            f"* OK [UIDNEXT {exists + 1}] next",
            status="OK [READ-ONLY] done",
        )

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Take over the connection with TLS; the line before must have been the server's OK."""
        self._connection = context.wrap_socket(self._connection, server_side=True)

    def hold(self) -> None:
        """Say nothing, but keep the connection: what a half-open one looks like."""
        self._stopped.wait(30)

    def close(self) -> None:
        """Close without a word."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def drain(self) -> None:
        """Keep every further line until the client goes or has nothing more to say."""
        with contextlib.suppress(EOFError, OSError):
            while not self._stopped.is_set():
                self.read_line()

    def _read_more(self) -> None:
        data = self._connection.recv(65536)
        if not data:
            raise EOFError
        self._pending += data


class ScriptedImap:
    """The server on 127.0.0.1; each connection runs `script` in a thread of its own."""

    def __init__(self, script: Callable[[Wire], None], *, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.lines: list[bytes] = []
        self._failures: list[AssertionError] = []
        self._wires: list[Wire] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Close everything; raises what went wrong in a script."""
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for wire in self._wires:
            wire.close()
        for thread in self._threads:
            thread.join(20)
        for failure in self._failures:
            raise failure

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(20)
        # Lines go out one by one, and each would wait for the client's delayed acknowledgement of the one before.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire = Wire(connection, self.lines, self._stopped)
        self._wires.append(wire)
        try:
            if self._tls is not None:
                wire.start_tls(self._tls)
            self._script(wire)
            wire.drain()
        except (EOFError, OSError):
            # The client went away first: what a test of a refusing client is about.
            pass
        except AssertionError as error:
            self._failures.append(error)
        finally:
            wire.close()
