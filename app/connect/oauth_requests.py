"""What is asked of a provider (RFC 6749 with PKCE, RFC 7636): where to sign in, tokens for a code, and newer tokens.

Keeps nothing. A provider's words are never passed on, only what they mean.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from app.connect.oauth_http import TokenPost
from app.connect.oauth_providers import OAuthProvider
from app.mail.errors import LoginRefused, MailError, ServerBusy
from app.mail.imap_oauth import guarded_token
from app.store.oauth_grants import Tokens

# RFC 6749 only recommends that a server tells how long a token lasts.
_UNTOLD: Final = 600
_EARLY: Final = timedelta(minutes=5)
_OVER: Final = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
_PASSING: Final = frozenset({"server_error", "temporarily_unavailable", "slow_down"})


def sign_in_url(provider: OAuthProvider, redirect_uri: str, state: str, verifier: str, hint: str) -> str:
    """Where the browser goes; `hint` is the login name, so that people need not pick their account."""
    client = _client(provider, None, redirect_uri)
    url, _ = client.create_authorization_url(
        provider.authorize_url, state=state, code_verifier=verifier, login_hint=hint, **provider.extra
    )
    return str(url)


def exchange_code(
    provider: OAuthProvider, post: TokenPost, redirect_uri: str, code: str, verifier: str, now: datetime
) -> Tokens:
    """Raises `LoginRefused`: `token_scope`, `oauth_not_lasting`, `oauth_revoked`; or `ServerBusy`."""
    client = _client(provider, post, redirect_uri)
    told = _asked(lambda: client.fetch_token(provider.token_url, code=code, code_verifier=verifier))
    lasting = _refresh_token_in(told)
    if not lasting:
        raise LoginRefused("oauth_not_lasting")
    return _tokens(provider, told, lasting, now)


def refresh(provider: OAuthProvider, post: TokenPost, refresh_token: str, now: datetime) -> Tokens:
    """New tokens; the refresh token may be another one, and stays where none is told. Raises as `exchange_code`."""
    client = _client(provider, post, None)
    # The scopes are those of the grant (RFC 6749 section 6).
    client.scope = None
    told = _asked(lambda: client.refresh_token(provider.token_url, refresh_token))
    return _tokens(provider, told, _refresh_token_in(told) or refresh_token, now)


def _client(provider: OAuthProvider, post: TokenPost | None, redirect_uri: str | None) -> OAuth2Client:
    return OAuth2Client(
        post,
        client_id=provider.client.id,
        client_secret=provider.client.secret,
        token_endpoint_auth_method="client_secret_post" if provider.client.secret else "none",
        scope=" ".join(provider.scopes),
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )


def _asked(ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    try:
        return ask()
    except OAuth2Error as error:
        raise _meaning(str(error.error)) from None
    except (ValueError, TypeError):
        raise ServerBusy("oauth_busy") from None


def _meaning(error: str) -> MailError:
    if error in _OVER:
        return LoginRefused("oauth_revoked")
    return ServerBusy("oauth_busy" if error in _PASSING else "oauth_misconfigured")


def _refresh_token_in(told: Mapping[str, Any]) -> str:
    """Empty where it is missing, or none that could be shown again."""
    token = told.get("refresh_token")
    return token if isinstance(token, str) else ""


def _tokens(provider: OAuthProvider, told: Mapping[str, Any], lasting: str, now: datetime) -> Tokens:
    granted, access, kind = told.get("scope"), told.get("access_token"), told.get("token_type", "bearer")
    if not (isinstance(access, str) and isinstance(kind, str) and kind.casefold() == "bearer"):
        raise ServerBusy("oauth_misconfigured")
    # What was left out is as it was asked for (RFC 6749 section 5.1).
    if isinstance(granted, str) and not provider.opens_mail(granted):
        raise LoginRefused("token_scope")
    return Tokens(guarded_token(access), lasting, now + _fresh_for(told.get("expires_in")))


def _fresh_for(seconds: object) -> timedelta:
    """Some time less than the token lasts: five minutes, or a tenth where it lasts for less than an hour."""
    told = int(seconds) if isinstance(seconds, int | float | str) and str(seconds).isdigit() else _UNTOLD
    lasts = timedelta(seconds=min(told, 24 * 3600))
    return lasts - min(_EARLY, lasts / 10)
