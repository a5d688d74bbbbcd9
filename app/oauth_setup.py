"""The sign-ins with mail providers that the settings name."""

from collections.abc import Iterator

from app.config import Settings
from app.connect.oauth_providers import OTHER, Client, OAuthProvider, google, microsoft
from app.mail.imap_values import Endpoint, TlsMode


def oauth_providers(settings: Settings) -> Iterator[OAuthProvider]:
    """Those that have a client id."""
    if settings.oauth_google_client_id:
        secret = settings.oauth_google_client_secret.get_secret_value()
        yield google(Client(settings.oauth_google_client_id, secret))
    if settings.oauth_microsoft_client_id:
        secret = settings.oauth_microsoft_client_secret.get_secret_value()
        yield microsoft(Client(settings.oauth_microsoft_client_id, secret), settings.oauth_microsoft_tenant)
    if settings.oauth_other_client_id:
        yield OAuthProvider(
            key=OTHER,
            name=settings.oauth_other_name,
            client=Client(settings.oauth_other_client_id, settings.oauth_other_client_secret.get_secret_value()),
            authorize_url=settings.oauth_other_authorize_url,
            token_url=settings.oauth_other_token_url,
            scopes=tuple(settings.oauth_other_scopes.split()),
            endpoint=Endpoint(settings.oauth_other_imap_host, settings.oauth_other_imap_port, TlsMode.IMPLICIT),
            issuer=settings.oauth_other_issuer or None,
        )
