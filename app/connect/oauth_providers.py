"""Where people sign in instead of typing a password: Google, Microsoft, and whoever else the settings name.

No client id is shipped: each installation registers itself with the provider, as `docs/oauth-*.md` tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode, urlsplit

from app.mail.imap_values import Endpoint, TlsMode

GOOGLE: Final = "google"
MICROSOFT: Final = "microsoft"
OTHER: Final = "other"

_MICROSOFT: Final = "https://login.microsoftonline.com"
# They concern the token or the person, not the mailbox, and are not always told back.
_NOT_OF_MAIL: Final = frozenset({"offline_access", "openid", "email", "profile"})


@dataclass(frozen=True, slots=True)
class Client:
    """How this installation is registered; without a secret it is a public client (RFC 6749 section 2.1)."""

    id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OAuthProvider:
    """One sign-in: `name` is what its button says, `endpoint` where its tokens open mailboxes.

    `extra` are further parameters of the first request; `consent_url` is where a company's administrator may agree for
    everybody.
    """

    key: str
    name: str
    client: Client
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    endpoint: Endpoint
    issuer: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    consent_url: str | None = None

    def is_issuer(self, issuer: str) -> bool:
        """Whether an answer that names its issuer is of this provider (RFC 9207 section 2.4).

        Where the settings cannot tell the issuer, as in Microsoft's common tenants, its origin has to do.
        """
        if self.issuer is not None:
            return issuer == self.issuer
        return _origin(issuer) == _origin(self.authorize_url)

    def opens_mail(self, granted: str) -> bool:
        """Whether these scopes, separated by blanks, hold all that were asked for to open the mailbox."""
        known = {scope.casefold() for scope in granted.split()}
        return all(scope.casefold() in known for scope in self.scopes if scope not in _NOT_OF_MAIL)

    def admin_consent_link(self, redirect_uri: str) -> str | None:
        """For an administrator to agree once for the whole company."""
        if self.consent_url is None:
            return None
        scopes = " ".join(scope for scope in self.scopes if scope not in _NOT_OF_MAIL)
        asked = {"client_id": self.client.id, "scope": scopes, "redirect_uri": redirect_uri, "state": "consent"}
        return f"{self.consent_url}?{urlencode(asked)}"


def google(client: Client) -> OAuthProvider:
    """IMAP knows no smaller scope. Without `prompt`, only the very first sign-in brings a refresh token."""
    return OAuthProvider(
        key=GOOGLE,
        name="Google",
        client=client,
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        scopes=("https://mail.google.com/",),
        endpoint=Endpoint("imap.gmail.com", 993, TlsMode.IMPLICIT),
        issuer="https://accounts.google.com",
        extra={"access_type": "offline", "prompt": "consent"},
    )


def microsoft(client: Client, tenant: str) -> OAuthProvider:
    """Reading and filing over IMAP, nothing else; notes are filed, so that no right to send is asked for."""
    base = f"{_MICROSOFT}/{tenant}"
    return OAuthProvider(
        key=MICROSOFT,
        name="Microsoft",
        client=client,
        authorize_url=f"{base}/oauth2/v2.0/authorize",
        token_url=f"{base}/oauth2/v2.0/token",
        scopes=("https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access"),
        endpoint=Endpoint("outlook.office365.com", 993, TlsMode.IMPLICIT),
        consent_url=f"{base}/v2.0/adminconsent",
    )


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
