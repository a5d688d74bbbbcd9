"""One sign-in with a provider, from the page to the proof: whom it is for, where it goes, and what comes of the answer.

What must be known again when the browser comes back lies with the browser, sealed; the store only counts that it comes
back once. The mailbox is proved by its server taking the token, never by what a provider says of a person.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final

from app.connect.errors import ConnectProblem
from app.connect.oauth_http import TokenPost
from app.connect.oauth_providers import OAuthProvider
from app.connect.oauth_requests import exchange_code, sign_in_url
from app.connect.opening import open_with_token
from app.connect.proof import Proof, checked_address, look_around
from app.mail.errors import MailError
from app.mail.imap_values import ConnectPolicy
from app.store import oauth_states
from app.store.engine import Database
from app.store.errors import Tampered
from app.store.keys import Keys
from app.store.mailboxes import Account
from app.store.oauth_grants import Tokens

_PLACE: Final = "oauth/flow"
_BYTES: Final = 32  # RFC 7636 section 4.1
# What a provider says where a person may not agree, but an administrator may.
_ADMIN_WORDS: Final = ("AADSTS65001", "AADSTS90094", "AADSTS90093")


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in under way; `username` is the login name that the mailbox server is to accept."""

    provider: str
    address: str
    username: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    invitation: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Returned:
    """What the provider handed the browser: a code, or an error with words of its own."""

    state: str = field(repr=False)
    code: str = field(default="", repr=False)
    issuer: str = ""
    error: str = ""
    description: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What opens a proved mailbox from now on."""

    provider: str
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class SignIns:
    """The sign-ins of an installation; `public_url` has no slash at its end."""

    database: Database
    keys: Keys
    providers: Mapping[str, OAuthProvider]
    post: TokenPost
    public_url: str

    def redirect_uri(self, provider: OAuthProvider) -> str:
        """One for each provider, so that an answer cannot be taken for another one's (RFC 9700 section 4.4.2.2)."""
        return f"{self.public_url}/connect/oauth/{provider.key}/back"

    def begin(
        self, provider: OAuthProvider, address: str, username: str, now: datetime, invitation: str = ""
    ) -> tuple[str, str]:
        """Where to go, and what the browser keeps until it is back; an empty login name is the address.

        Raises `ConnectProblem`.
        """
        known = checked_address(address)
        state, verifier = secrets.token_urlsafe(_BYTES), secrets.token_urlsafe(_BYTES)
        flow = Flow(provider.key, known, username or known, state, verifier, invitation)
        with self.database.writing() as session:
            oauth_states.begin(session, state, now)
            sealed = self.keys.of_installation(session).seal_text(_PLACE, json.dumps(asdict(flow)))
        url = sign_in_url(provider, self.redirect_uri(provider), state, verifier, flow.username)
        return url, base64.urlsafe_b64encode(sealed).decode("ascii")

    def read(self, provider: OAuthProvider, returned: Returned, kept: str) -> Flow:
        """The sign-in that this answer is to; raises `ConnectProblem`. Changes nothing."""
        flow = self._unsealed(kept)
        if flow is None or flow.provider != provider.key or not _is_same(flow.state, returned.state):
            raise ConnectProblem("oauth_expired")
        if returned.issuer and not provider.is_issuer(returned.issuer):
            raise ConnectProblem("oauth_expired")
        if returned.error:
            raise ConnectProblem(_code_of(returned))
        return flow

    def finish(
        self, provider: OAuthProvider, returned: Returned, kept: str, policy: ConnectPolicy, now: datetime
    ) -> tuple[Proof, Grant]:
        """Exchange the code and open the mailbox with what comes; raises `ConnectProblem`."""
        flow = self.read(provider, returned, kept)
        with self.database.writing() as session:
            if not oauth_states.use(session, flow.state, now):
                raise ConnectProblem("oauth_expired")
        try:
            tokens = exchange_code(provider, self.post, self.redirect_uri(provider), returned.code, flow.verifier, now)
            return _prove(provider, flow, tokens, policy), Grant(provider.key, tokens)
        except MailError as error:
            raise ConnectProblem(_AT_SIGN_IN.get(error.code, error.code)) from error

    def _unsealed(self, kept: str) -> Flow | None:
        try:
            sealed = base64.urlsafe_b64decode(kept)
            with self.database.reading() as session:
                flow = self.keys.of_installation(session).unseal_text(_PLACE, sealed)
        except (binascii.Error, ValueError, Tampered):
            return None
        return Flow(**json.loads(flow))


# Where somebody has just signed in, a refusal means something else than with a stored grant.
_AT_SIGN_IN: Final = {"token_refused": "oauth_wrong_account", "oauth_revoked": "oauth_expired"}


def _is_same(state: str, returned: str) -> bool:
    """As octets: of text, `compare_digest` takes ASCII only, and what came back may be anything."""
    return secrets.compare_digest(state.encode(), returned.encode("utf-8", "replace"))


def _code_of(returned: Returned) -> str:
    if returned.error == "consent_required" or any(word in returned.description for word in _ADMIN_WORDS):
        return "oauth_admin_needed"
    if returned.error == "access_denied":
        return "oauth_denied"
    return "oauth_busy" if returned.error in {"server_error", "temporarily_unavailable"} else "oauth_misconfigured"


def _prove(provider: OAuthProvider, flow: Flow, tokens: Tokens, policy: ConnectPolicy) -> Proof:
    account = Account(
        address=flow.address,
        host=provider.endpoint.host,
        port=provider.endpoint.port,
        tls=provider.endpoint.tls.value,
        username=flow.username,
        password="",
        private_host=policy.any_host,
    )
    with open_with_token(account, tokens.access, policy) as session:
        return look_around(session, account)
