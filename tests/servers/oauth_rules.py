"""What an authorization server remembers and allows, on Authlib's server side. Knows no network."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import (
    AuthorizationCodeMixin,
    AuthorizationServer,
    ClientMixin,
    InvalidGrantError,
    OAuth2Payload,
    OAuth2Request,
    TokenMixin,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

CLIENT_ID, CLIENT_SECRET = "zuruf", "s3cret of the installation"
MAIL_SCOPE = "https://mail.example/imap"


@dataclass(slots=True)
class Client(ClientMixin):  # type: ignore[misc] # authlib ships no types
    """The one client that is registered; its redirects may lead to any path of these origins."""

    secret: str = CLIENT_SECRET
    client_id: str = CLIENT_ID
    origins: set[str] = field(default_factory=set)

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return "/".join(redirect_uri.split("/")[:3]) in self.origins

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(self.secret, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return endpoint != "token" or method != "none"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in {"authorization_code", "refresh_token"}


@dataclass(slots=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc] # authlib ships no types
    code: str
    user: str
    redirect_uri: str
    scope: str
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


@dataclass(slots=True)
class Token(TokenMixin):  # type: ignore[misc] # authlib ships no types
    """An access token with the refresh token that came with it, if any."""

    user: str
    access: str
    refresh: str | None
    scope: str
    ends: float
    revoked: bool = False
    spent: bool = False  # its refresh token was exchanged for another one

    def check_client(self, client: Client) -> bool:
        return client.client_id == CLIENT_ID

    def get_scope(self) -> str:
        return self.scope

    def get_expires_in(self) -> int:
        return int(self.ends - time.time())

    def is_expired(self) -> bool:
        return self.ends < time.time()

    def is_revoked(self) -> bool:
        return self.revoked


@dataclass(slots=True)
class Ledger:
    """All codes and tokens, and how the next ones are to be; `scope` None: as it was asked for."""

    codes: dict[str, Code] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    lifetime: int = 3600
    rotate: bool = True
    lasting: bool = True
    scope: str | None = None

    def by_access(self, access: str) -> Token | None:
        return next((token for token in self.tokens if token.access == access), None)

    def by_refresh(self, refresh: str) -> Token | None:
        return next((token for token in self.tokens if token.refresh == refresh), None)

    def revoke(self, user: str) -> None:
        """As somebody does who takes the app's access away."""
        for token in self.tokens:
            token.revoked = token.revoked or token.user == user

    def end_access(self, user: str) -> None:
        """Access tokens stop working before their time; refresh tokens do not."""
        for token in self.tokens:
            if token.user == user:
                token.ends = 0


class _Payload(OAuth2Payload):  # type: ignore[misc] # authlib ships no types
    def __init__(self, values: dict[str, list[str]]) -> None:
        self._values = values

    @property
    def data(self) -> dict[str, str]:
        return {name: found[0] for name, found in self._values.items()}

    @property
    def datalist(self) -> dict[str, list[str]]:
        return self._values


class Request(OAuth2Request):  # type: ignore[misc] # authlib ships no types
    """A request with its form, or the query where there is none."""

    def __init__(self, method: str, uri: str, values: dict[str, list[str]], headers: dict[str, str]) -> None:
        super().__init__(method, uri, headers=headers)
        self.payload = _Payload(values)

    @property
    def form(self) -> Any:
        return self.payload.data

    @property
    def args(self) -> Any:
        return self.payload.data


class _Codes(AuthorizationCodeGrant):  # type: ignore[misc] # authlib ships no types
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post", "client_secret_basic")

    def save_authorization_code(self, code: str, request: Request) -> None:
        asked = request.payload.data
        challenge = asked.get("code_challenge"), asked.get("code_challenge_method")
        self.server.ledger.codes[code] = Code(
            code, request.user, request.payload.redirect_uri, request.scope, *challenge
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:  # noqa: ARG002 - Authlib's
        found: Code | None = self.server.ledger.codes.get(code)
        return found

    def delete_authorization_code(self, authorization_code: Code) -> None:
        del self.server.ledger.codes[authorization_code.code]

    def authenticate_user(self, authorization_code: Code) -> str:
        return authorization_code.user


class _Refreshes(RefreshTokenGrant):  # type: ignore[misc] # authlib ships no types
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post", "client_secret_basic")

    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:  # noqa: N802 - Authlib's name
        return bool(self.server.ledger.rotate)

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        token: Token | None = self.server.ledger.by_refresh(refresh_token)
        if token is not None and token.spent:
            # Whoever comes with a spent one may be a thief: nobody goes on (RFC 9700 section 4.14.2).
            self.server.ledger.revoke(token.user)
            raise InvalidGrantError
        return token if token is not None and not token.revoked else None

    def authenticate_user(self, refresh_token: Token) -> str:
        return refresh_token.user

    def revoke_old_credential(self, refresh_token: Token) -> None:
        refresh_token.spent = bool(self.server.ledger.rotate)


class _Introspection(IntrospectionEndpoint):  # type: ignore[misc] # authlib ships no types
    def check_permission(self, token: Token, client: Client, request: Request) -> bool:  # noqa: ARG002 - Authlib's
        return True

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:  # noqa: ARG002 - Authlib's
        found: Token | None = self.server.ledger.by_access(token_string)
        return found

    def introspect_token(self, token: Token) -> dict[str, object]:
        return {"active": True, "username": token.user, "scope": token.scope, "exp": int(token.ends)}


class Rules(AuthorizationServer):  # type: ignore[misc] # authlib ships no types
    """RFC 6749 with PKCE (RFC 7636) and introspection (RFC 7662); answers are (status, body, headers)."""

    def __init__(self, ledger: Ledger, client: Client) -> None:
        super().__init__()
        self.ledger = ledger
        self.client = client
        self.register_grant(_Codes, [CodeChallenge(required=True)])
        self.register_grant(_Refreshes)
        self.register_endpoint(_Introspection)
        # Long, as Microsoft's are.
        self.register_token_generator(
            "default",
            BearerTokenGenerator(
                lambda **_: secrets.token_urlsafe(1500),
                lambda **_: secrets.token_urlsafe(900),
                lambda *_: self.ledger.lifetime,
            ),
        )

    def query_client(self, client_id: str) -> Client | None:
        return self.client if client_id == self.client.client_id else None

    def save_token(self, token: dict[str, Any], request: Request) -> None:
        if self.ledger.scope is not None:
            token["scope"] = self.ledger.scope
        if not self.ledger.lasting:
            token.pop("refresh_token", None)
        ends = time.time() + token["expires_in"]
        kept = token.get("refresh_token") or (request.refresh_token.refresh if request.refresh_token else None)
        self.ledger.tokens.append(Token(request.user, token["access_token"], kept, token["scope"], ends))

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Request) -> Request:
        return request

    def handle_response(self, status: int, body: object, headers: list[tuple[str, str]]) -> tuple[int, object, Any]:
        return status, body, headers
