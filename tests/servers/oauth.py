"""An authorization server on loopback: people sign in on its page, and it can be told to go wrong.

`https` serves browsers and the token endpoint, plain `http` the introspection that Dovecot asks.
"""

import json
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import trustme
from authlib.oauth2 import OAuth2Error

from app.connect.oauth_providers import Client as Registered
from app.connect.oauth_providers import OAuthProvider
from app.mail.imap_values import Endpoint
from tests.servers.oauth_rules import CLIENT_ID, CLIENT_SECRET, MAIL_SCOPE, Client, Ledger, Request, Rules

PAGE = """<!doctype html><title>Sign in</title><h1>Sign in with Example</h1>
<form method="post"><input name="user" value="{user}">
<button name="answer" value="yes">Agree</button> <button name="answer" value="no">Decline</button></form>"""


@dataclass(slots=True)
class Faults:
    """`status`: what the token endpoint answers instead; `seconds`: how long it waits first. `told`: what it says."""

    status: int | None = None
    seconds: float = 0.0
    told: bytes | None = None
    other_user: str | None = None
    refusal: tuple[str, str] = ("access_denied", "")


@dataclass(slots=True)
class Seen:
    """Refreshes so far, and how many of them were under way at once at most."""

    refreshes: int = 0
    at_once: int = 0
    now: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def refresh(self) -> Iterator[None]:
        with self.lock:
            self.refreshes += 1
            self.now += 1
            self.at_once = max(self.at_once, self.now)
        try:
            yield
        finally:
            with self.lock:
                self.now -= 1


class _Listener(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers break off before they trust a certificate, and impatient clients later."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # as it came


class SignInServer:
    """The server; `ledger`, `faults` and `client` may be changed while it runs."""

    def __init__(self) -> None:
        self.ledger, self.client = Ledger(), Client()
        self.rules = Rules(self.ledger, self.client)
        self.faults, self.seen = Faults(), Seen()
        authority = trustme.CA()
        self.authority: bytes = authority.cert_pem.bytes()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        self._plain, self._tls = self._listener(), self._listener()
        self._tls.socket = context.wrap_socket(self._tls.socket, server_side=True, do_handshake_on_connect=False)

    def _listener(self) -> ThreadingHTTPServer:
        handler = type("Handler", (_Handler,), {"owner": self})
        return _Listener(("127.0.0.1", 0), handler)

    def __enter__(self) -> Self:
        for server in (self._plain, self._tls):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in (self._plain, self._tls):
            server.shutdown()
            server.server_close()

    @property
    def url(self) -> str:
        return f"https://localhost:{self._tls.server_address[1]}"

    @property
    def introspection_url(self) -> str:
        secret = urlencode({"": CLIENT_SECRET})[1:].replace("+", "%20")
        return f"http://{CLIENT_ID}:{secret}@127.0.0.1:{self._plain.server_address[1]}/introspect"

    def reset(self) -> None:
        """As new, but the ports."""
        self.ledger, self.client = Ledger(), Client()
        self.rules = Rules(self.ledger, self.client)
        self.faults, self.seen = Faults(), Seen()

    def trusted(self, path: Path, *others: Path) -> Path:
        """A file of certificate authorities: this server's and the others'."""
        path.write_bytes(self.authority + b"".join(other.read_bytes() for other in others))
        return path

    def provider(self, endpoint: Endpoint, key: str = "microsoft", name: str = "Microsoft") -> OAuthProvider:
        """This server under the name of another, for mailboxes at `endpoint`."""
        return OAuthProvider(
            key=key,
            name=name,
            client=Registered(CLIENT_ID, CLIENT_SECRET),
            authorize_url=f"{self.url}/authorize",
            token_url=f"{self.url}/token",
            scopes=(MAIL_SCOPE, "offline_access"),
            endpoint=endpoint,
            issuer=self.url,
            consent_url=f"{self.url}/adminconsent",
        )

    def agree(self, url: str, user: str) -> str:
        """What a browser does whose user agrees: where the server then sends it."""
        values = parse_qs(urlsplit(url).query)
        return self.answer(Request("POST", url, values, {}), user)

    def answer(self, request: Request, user: str | None) -> str:
        """Raises `OAuth2Error` where the request is not in order."""
        grant = self.rules.get_consent_grant(request, user)
        if user is None:
            error, words = self.faults.refusal
            told = {"error": error, "error_description": words, "state": request.payload.state}
            return f"{request.payload.redirect_uri}?{urlencode(told)}"
        signed_in = self.faults.other_user or user
        _, _, headers = self.rules.create_authorization_response(request, grant_user=signed_in, grant=grant)
        return f"{dict(headers)['Location']}&{urlencode({'iss': self.url})}"


class _Handler(BaseHTTPRequestHandler):
    owner: SignInServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path != "/authorize":
            self._send(404, b"")
            return
        hint = parse_qs(parts.query).get("login_hint", [""])[0]
        self._send(200, PAGE.format(user=escape(hint)).encode(), {"Content-Type": "text/html"})

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        answers = {"/authorize": self._consent, "/token": self._token, "/introspect": self._introspect}
        answers[path](parse_qs(body))

    def _consent(self, form: dict[str, list[str]]) -> None:
        url = f"{self.owner.url}{self.path}"
        user = form["user"][0] if form["answer"] == ["yes"] else None
        try:
            location = self.owner.answer(Request("POST", url, parse_qs(urlsplit(url).query), {}), user)
        except OAuth2Error as error:
            self._send(400, str(error.error).encode())
            return
        self._send(302, b"", {"Location": location})

    def _token(self, form: dict[str, list[str]]) -> None:
        if form.get("grant_type") == ["refresh_token"]:
            with self.owner.seen.refresh():
                self._hand_out(form)
        else:
            self._hand_out(form)

    def _hand_out(self, form: dict[str, list[str]]) -> None:
        faults = self.owner.faults
        time.sleep(faults.seconds)
        if faults.status is not None or faults.told is not None:
            self._send(faults.status or 200, faults.told or b"out of order")
            return
        self._answer(*self.owner.rules.create_token_response(self._request(form)))

    def _introspect(self, form: dict[str, list[str]]) -> None:
        self._answer(*self.owner.rules.create_endpoint_response("introspection", self._request(form)))

    def _request(self, form: dict[str, list[str]]) -> Request:
        return Request("POST", f"{self.owner.url}{self.path}", form, dict(self.headers.items()))

    def _answer(self, status: int, body: Any, headers: list[tuple[str, str]]) -> None:
        self._send(status, json.dumps(body).encode(), dict(headers))

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Tests are quiet."""
