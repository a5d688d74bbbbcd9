"""Logging in with an access token: OAUTHBEARER (RFC 7628) and its forerunner XOAUTH2. Knows no provider."""

import json
import re
from collections.abc import Container
from typing import Final

from app.mail.errors import LoginRefused, MailError, ServerBusy, UnsafeArgument
from app.mail.imap_answers import login_refused
from app.mail.imap_strings import guarded
from app.mail.imap_values import TokenLogin

LONGEST_TOKEN: Final = 16_384
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_NO_SCOPE: Final = frozenset({"insufficient_scope", "403"})
# A refused token is told in a challenge, which wants one more answer before the refusal itself comes
# (RFC 7628 section 3.2.3; XOAUTH2 takes an empty one).
_LAST_ANSWERS: Final = {"OAUTHBEARER": b"\x01", "XOAUTH2": b""}


def guarded_token(token: str) -> str:
    """The token itself; raises `UnsafeArgument` for anything but visible ASCII (RFC 6750 section 2.1 allows less)."""
    if len(token) > LONGEST_TOKEN or not _TOKEN.fullmatch(token):
        raise UnsafeArgument("unsafe_token")
    return token


class TokenExchange:
    """One AUTHENTICATE with a token; `answer` takes each challenge of the server."""

    def __init__(self, login: TokenLogin, capabilities: Container[str]) -> None:
        """Raises `LoginRefused` where the server takes no tokens, and `UnsafeArgument`."""
        name, token = guarded(login.username), guarded_token(login.token)
        self.mechanism = next((word for word in _LAST_ANSWERS if f"AUTH={word}" in capabilities), "")
        if not self.mechanism:
            raise LoginRefused("no_token_login")
        first = f"n,a={_sasl_name(name)}," if self.mechanism == "OAUTHBEARER" else f"user={name}"
        self._answers = [f"{first}\x01auth=Bearer {token}\x01\x01".encode(), _LAST_ANSWERS[self.mechanism]]
        self._told = b""

    def answer(self, challenge: bytes) -> bytes | None:
        """None ends the exchange: nothing more is to be said."""
        self._told = challenge
        return self._answers.pop(0) if self._answers else None

    def refused(self, text: str) -> MailError:
        """What the refusal means; `text` is the server's last line."""
        meant = login_refused(text)
        if not isinstance(meant, LoginRefused) or meant.code == "web_login_needed":
            return meant
        status = _status(self._told)
        if status.startswith("5"):
            return ServerBusy()
        return LoginRefused("token_scope" if status in _NO_SCOPE else "token_refused")


def _sasl_name(name: str) -> str:
    """As RFC 5801 section 4 writes a name in the header of a GS2 mechanism."""
    return name.replace("=", "=3D").replace(",", "=2C")


def _status(challenge: bytes) -> str:
    """A code of RFC 7628 section 3.2.2, or the HTTP status that Google and Microsoft write there; empty: none."""
    try:
        told = json.loads(challenge)
    except (ValueError, RecursionError):
        return ""
    return str(told.get("status", "")) if isinstance(told, dict) else ""
