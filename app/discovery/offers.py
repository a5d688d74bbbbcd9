"""From a published server to an offer: only protected connections, only IMAP's ports, only names that are names."""

from typing import Final

from app.discovery.client_config import PublishedServer
from app.discovery.errors import LookUpFailed
from app.discovery.names import server_name
from app.discovery.proposal import Offer
from app.discovery.records import SrvRecord
from app.mail.imap_values import Endpoint, TlsMode
from app.mail.providers import OAUTH_ONLY, UsernameForm

_PORTS: Final = {TlsMode.IMPLICIT: 993, TlsMode.STARTTLS: 143}
_TLS: Final = {"SSL": TlsMode.IMPLICIT, "STARTTLS": TlsMode.STARTTLS}
_PASSWORD: Final = frozenset({"password-cleartext", "password-encrypted", "plain", "secure"})
_USERNAMES: Final = {
    "%EMAILADDRESS%": UsernameForm.ADDRESS,
    "%EMAILLOCALPART%@%EMAILDOMAIN%": UsernameForm.ADDRESS,
    "%EMAILLOCALPART%": UsernameForm.LOCAL_PART,
}


def published_offer(server: PublishedServer) -> Offer:
    """Raises `LookUpFailed` for a server that is not to be proposed."""
    tls = _TLS.get(server.first("socketType"))
    if tls is None:
        raise LookUpFailed("plaintext_offered")
    # int() would take other digits, too.
    if server.first("port") != str(_PORTS[tls]):
        raise LookUpFailed("port_forbidden")
    endpoint = Endpoint(server_name(server.first("hostname")), _PORTS[tls], tls)
    return Offer(endpoint, _USERNAMES.get(server.first("username")), _login_hints(server))


def srv_offer(record: SrvRecord, tls: TlsMode) -> Offer:
    """RFC 6186 4: the login name is the mail address. Raises `LookUpFailed`."""
    if record.target == ".":
        raise LookUpFailed("not_offered")
    if record.port != _PORTS[tls]:
        raise LookUpFailed("port_forbidden")
    return Offer(Endpoint(server_name(record.target), record.port, tls), UsernameForm.ADDRESS)


def _login_hints(server: PublishedServer) -> tuple[str, ...]:
    ways = server.fields.get("authentication", [])
    if not ways or _PASSWORD.intersection(ways):
        return ()
    if "OAuth2" in ways:
        return (OAUTH_ONLY,)
    raise LookUpFailed("login_unknown")
