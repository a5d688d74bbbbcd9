"""What a process says over its plain IMAP connections, as lines, by looking at its sockets.

`imap FOLDER sent|answered COMMAND`, `imap FOLDER pushed` for news during IDLE, and of an APPEND's octets `half` and
`whole`; FOLDER is the one that is open.
"""

import re
import socket
from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

Tell = Callable[[str], None]

_OPENING: Final = re.compile(rb'(?:EXAMINE|SELECT) "?([^"\r\n]+)"?')
_LITERAL: Final = re.compile(rb"\{(\d+)\+?\}\r\n$")
_SECRET: Final = (b"LOGIN", b"AUTHENTICATE")
_TAIL: Final = 400


class _Conversation:
    """One connection; `octets`: the size of the literal that comes next; `appending`: only its line end is missing."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.folder = "-"
        self.tag = b""
        self.command = b""
        self.octets = 0
        self.appending = False
        self._heard = b""

    def begin(self, line: bytes) -> None:
        self.tag, _, self.command = line.rstrip().partition(b" ")
        self._heard = b"\n"
        if (opening := _OPENING.match(self.command)) is not None:
            self.folder = opening[1].decode("ascii", "replace")
        if (literal := _LITERAL.search(line)) is not None:
            self.octets = int(literal[1])

    def hear(self, data: bytes) -> None:
        self._heard = (self._heard + data)[-_TAIL - len(data) :]
        if self.command == b"IDLE" and b" EXISTS\r\n" in data:
            self.tell("pushed")
        if b"\n" + self.tag + b" " in self._heard:
            self.tell("answered", self.command)
            self.tag, self._heard = b"*", b""

    def tell(self, what: str, command: bytes = b"") -> None:
        shown = command.split()[0] if command.startswith(_SECRET) else command
        self._tell(f"imap {self.folder} {what} {shown.decode('ascii', 'replace')}".rstrip())


def trace_wire(tell: Tell) -> None:
    """All IMAP connections of this process; of its sockets only those use `sendall`."""
    conversations: WeakKeyDictionary[socket.socket, _Conversation] = WeakKeyDictionary()
    send_all, receive = socket.socket.sendall, socket.socket.recv

    def sendall(sock: socket.socket, data: bytes, *flags: int) -> None:
        talk = conversations.setdefault(sock, _Conversation(tell))
        if talk.octets:
            _send_literal(sock, data, talk)
            return
        if data.strip() and data != b"DONE\r\n":
            talk.begin(data)
        send_all(sock, data, *flags)
        if talk.appending and not data.strip():
            talk.appending = False
            talk.tell("whole")
        elif data.strip():
            talk.tell("sent", talk.command)

    def _send_literal(sock: socket.socket, data: bytes, talk: _Conversation) -> None:
        middle = len(data) // 2
        send_all(sock, data[:middle])
        talk.tell("half")
        send_all(sock, data[middle:])
        talk.octets, talk.appending = 0, True

    def recv(sock: socket.socket, *arguments: Any) -> bytes:
        data = receive(sock, *arguments)
        if data and (talk := conversations.get(sock)) is not None:
            talk.hear(data)
        return data

    socket.socket.sendall = sendall  # type: ignore[method-assign,assignment]  # the point of this module
    socket.socket.recv = recv  # type: ignore[method-assign,assignment]  # as above
