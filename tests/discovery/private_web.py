"""An https server on loopback that stands for every web server there is: it has a certificate for each name."""

import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from types import TracebackType
from typing import Any, Self

import trustme

from app.mail.imap_connect import dial
from app.mail.lifeline import Lifeline

XML = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered; a `body` that is a function writes whatever it likes instead, status and headers included."""

    body: bytes | Callable[[BaseHTTPRequestHandler], None] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": XML})


class PrivateWeb:
    """`pages` are by URL; `requests` are the requests as `(host, path, headers)`, `dialled` the addresses asked for."""

    def __init__(self, ca_file: Path) -> None:
        self.ca_file = ca_file
        self.pages: dict[str, Page] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.dialled: list[tuple[Sequence[str], int]] = []
        self.untrusted: set[str] = set()
        self._ca, self._stranger = trustme.CA(), trustme.CA()
        self._ca.cert_pem.write_to_path(ca_file)
        self._server = _Server(self._context(), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def clear(self) -> None:
        self.pages.clear()
        self.requests.clear()
        self.dialled.clear()
        self.untrusted.clear()

    def dial(self, addresses: Sequence[str], port: int, seconds: float, lifeline: Lifeline) -> socket:
        """A `Dialler`: whichever address was found and checked, it is here."""
        self.dialled.append((tuple(addresses), port))
        return dial(["127.0.0.1"], self._server.server_address[1], seconds, lifeline)

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexts: dict[tuple[str, bool], ssl.SSLContext] = {}

        def certify(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
            key = (name or "nameless.example", name in self.untrusted)
            if key not in contexts:
                authority = self._stranger if key[1] else self._ca
                certified = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                authority.issue_cert(key[0]).configure_cert(certified)
                contexts[key] = certified
            connection.context = contexts[key]

        context.sni_callback = certify
        return context

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = self.headers["Host"]
                web.requests.append((host, self.path, dict(self.headers)))
                page = web.pages.get(f"https://{host}{self.path}", Page(b"not here", 404))
                if callable(page.body):
                    page.body(self)
                    return
                self.send_response(page.status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(page.body)))
                self.end_headers()
                self.wfile.write(page.body)

            def log_message(self, *_: Any) -> None:
                """The tests' output stays quiet."""

        return Handler


class _Server(ThreadingHTTPServer):
    """The handshake is done in the thread of its connection; a client that goes away is nothing to tell about."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext, handler: type[BaseHTTPRequestHandler]) -> None:
        self._context = context
        super().__init__(("127.0.0.1", 0), handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        with self._context.wrap_socket(request, server_side=True) as protected:
            super().finish_request(protected, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what is tested."""
