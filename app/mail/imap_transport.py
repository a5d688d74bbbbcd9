"""imaplib's protocol engine over a socket that is already connected, with a read buffer of our own.

imaplib's own buffer differs between Python versions, cannot be asked whether it holds something, and reads as much as a
server announces. Raises `MailError` for everything below the protocol.
"""

import contextlib
import imaplib
import socket
import ssl
import time
from collections.abc import Iterator

from app.mail.errors import CertificateRefused, LoginRefused, MailboxUnreachable, ProtocolBroken
from app.mail.imap_answers import Refusal, command_refused, goodbye, translated
from app.mail.imap_oauth import TokenExchange
from app.mail.imap_strings import guarded, quoted
from app.mail.imap_tls import protected
from app.mail.imap_values import Login, Timeouts, TokenLogin
from app.mail.lifeline import Lifeline

TAG = b"ZRF"
CHUNK = 65_536
LONGEST_LINE = 8 * 1024 * 1024
LARGEST_ANSWER = 64 * 1024 * 1024


class Transport(imaplib.IMAP4):
    """A connection from its greeting to its end; the socket belongs to it from the start."""

    def __init__(self, connected: socket.socket, host: str, timeouts: Timeouts) -> None:
        self._connected = connected
        self._answer_time = timeouts.answer
        self._buffer = bytearray()
        self._idle_tag: bytes | None = None
        self._begin_answer()
        connected.settimeout(timeouts.read)
        super().__init__(host)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:  # noqa: ARG002 - imaplib's
        self.host = host
        self.port = port
        self.sock = self._connected

    @property  # type: ignore[override] # octets, whatever imaplib's stub says
    def tagpre(self) -> bytes:
        """One for all connections: imaplib compiles a pattern for each that differs, which takes half a millisecond."""
        return TAG

    @tagpre.setter
    def tagpre(self, _random: bytes) -> None:
        """imaplib draws one; answers are told apart by their connection and their number."""

    def read(self, size: int) -> bytes:
        if size > LARGEST_ANSWER:
            raise ProtocolBroken("answer_too_large")
        while len(self._buffer) < size:
            self._receive()
        return self._take(size)

    def readline(self) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > LONGEST_LINE:
                raise ProtocolBroken("answer_too_large")
            self._receive()
        return self._take(end + 1)

    def send(self, data: bytes) -> None:  # type: ignore[override] # only bytes are ever sent
        self._begin_answer()
        try:
            self.sock.sendall(data)
        except TimeoutError:
            raise MailboxUnreachable("timeout") from None
        except OSError:
            raise MailboxUnreachable("connection_lost") from None

    def shutdown(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def start_tls(self, context: ssl.SSLContext, lifeline: Lifeline) -> None:
        """STARTTLS (RFC 3501 6.2.1); raises `CertificateRefused` or `ProtocolBroken`; a refusal is imaplib's error.

        What arrived in clear behind the server's OK was put there by somebody else: it ends the connection, and
        whatever was announced before is forgotten.
        """
        if "STARTTLS" not in self.capabilities:
            raise CertificateRefused("starttls_missing")
        status, _ = self._simple_command("STARTTLS")
        if status != "OK":
            raise self.error("STARTTLS refused")
        if self._buffer:
            raise ProtocolBroken("starttls_injection")
        self.sock = protected(self.sock, self.host, context, lifeline)
        self._tls_established = True
        self.untagged_responses.clear()
        _, lines = self.capability()
        self.capabilities = tuple(lines[-1].decode("ascii").upper().split())

    def log_in(self, login: Login | TokenLogin) -> None:
        """AUTHENTICATE where announced, else LOGIN; a refused password is imaplib's error, a token `MailError`."""
        if isinstance(login, TokenLogin):
            self._show_token(login)
            return
        name, password = guarded(login.username), guarded(login.password, "unsafe_password")
        if "AUTH=PLAIN" in self.capabilities:
            self.authenticate("PLAIN", lambda _: f"\0{name}\0{password}".encode())
            return
        if "LOGINDISABLED" in self.capabilities:
            raise LoginRefused("no_password_login")
        status, lines = self._simple_command("LOGIN", quoted(name), quoted(password, "unsafe_password"))
        if status != "OK":
            raise self.error(lines[-1].decode("utf-8", "replace"))
        self.state = "AUTH"

    def _show_token(self, login: TokenLogin) -> None:
        exchange = TokenExchange(login, self.capabilities)
        try:
            self.authenticate(exchange.mechanism, exchange.answer)
        except self.abort:
            raise
        except self.error as error:
            raise exchange.refused(str(error)) from None

    def start_idle(self) -> None:
        """IDLE (RFC 2177). Some servers send untagged data before `+`: it is kept like any other."""
        tag = self._command("IDLE")
        while self._get_response() is not None:
            if self.tagged_commands[tag]:
                raise ProtocolBroken("idle_refused")
        self._idle_tag = tag

    def finish_idle(self) -> None:
        """DONE; afterwards everything that was announced meanwhile has been read."""
        tag, self._idle_tag = self._idle_tag, None
        self.send(b"DONE\r\n")
        status, _ = self._command_complete("IDLE", tag)
        if status != "OK":
            raise ProtocolBroken("idle_refused")

    def take_idle_input(self) -> bool:
        """Read what has come during IDLE, without waiting; True when any of it is more than a sign of life.

        Servers say "* OK Still here" every few minutes to keep the connection open; that is dropped.
        """
        seconds = self.sock.gettimeout()
        self.sock.settimeout(0)
        try:
            self._buffer += self._arrived()
        finally:
            self.sock.settimeout(seconds)
        while self._buffer[:5].upper() == b"* OK " and (end := self._buffer.find(b"\n")) >= 0:
            del self._buffer[: end + 1]
        return bool(self._buffer)

    def _arrived(self) -> bytes:
        """At most one chunk; more of it wakes the selector again."""
        try:
            data = self.sock.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""
        except OSError:
            raise MailboxUnreachable("connection_lost") from None
        if not data and not self._buffer:
            raise MailboxUnreachable("connection_lost")
        return data

    def has_input(self) -> bool:
        """Whether bytes were read from the kernel that nobody has taken yet: a selector does not see those."""
        return bool(self._buffer) or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0)

    @contextlib.contextmanager
    def asking(self, refused: Refusal = command_refused) -> Iterator[None]:
        """Around any use of the connection: raises `MailError` and nothing else, `refused` being a refused command.

        After `MailboxUnreachable` and `ProtocolBroken` the connection is closed, since what would be read next may
        belong to something else.
        """
        try:
            with translated(refused):
                yield
        except (MailboxUnreachable, ProtocolBroken) as error:
            self.shutdown()
            said = self.untagged_responses.get("BYE")
            raise (goodbye(str(said[-1])) if said else error) from None

    def take_untagged(self, kind: str) -> list[bytes]:
        """The untagged responses of one kind since the last call, literals aside."""
        return [data for data in self.untagged_responses.pop(kind, []) if isinstance(data, bytes)]

    def farewell(self) -> None:
        """Say LOGOUT without waiting for an answer, and close. Never raises."""
        with contextlib.suppress(OSError):
            self.sock.settimeout(1)
            self.sock.sendall((b"DONE\r\n" if self._idle_tag else b"") + b"BYE0 LOGOUT\r\n")
        self.shutdown()

    def _log(self, line: str) -> None:
        """imaplib would keep the last ten lines, the password among them."""

    def _begin_answer(self) -> None:
        self._received = 0
        self._deadline = time.monotonic() + self._answer_time

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _receive(self) -> None:
        if self._received > LARGEST_ANSWER:
            raise ProtocolBroken("answer_too_large")
        if time.monotonic() > self._deadline:
            raise MailboxUnreachable("timeout")
        try:
            data = self.sock.recv(CHUNK)
        except TimeoutError:
            raise MailboxUnreachable("timeout") from None
        except OSError:
            raise MailboxUnreachable("connection_lost") from None
        if not data:
            raise MailboxUnreachable("connection_lost")
        self._received += len(data)
        self._buffer += data
