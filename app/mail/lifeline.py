"""Ends a connection from another thread, whatever its owner is blocked in: dialling, the handshake, or an answer."""

import socket
from contextlib import suppress
from threading import Lock

from app.mail.errors import MailboxUnreachable


class Lifeline:
    """Belongs to one connection, from before its first dial on. Safe to use from any thread."""

    def __init__(self) -> None:
        self._held: socket.socket | None = None
        self._is_cut = False
        self._lock = Lock()

    def hold(self, connection: socket.socket) -> None:
        """From now on `cut` ends this socket; raises `MailboxUnreachable` where that was asked for already."""
        with self._lock:
            self._held = connection
            if self._is_cut:
                raise MailboxUnreachable("connection_lost")

    def cut(self) -> None:
        """Whoever is blocked on the connection gets an end of file. Closing it stays its owner's task."""
        with self._lock:
            self._is_cut = True
            if self._held is not None:
                # An SSLSocket's own shutdown would let its owner go on in clear.
                with suppress(OSError):
                    socket.socket.shutdown(self._held, socket.SHUT_RDWR)
