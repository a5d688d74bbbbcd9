"""A provider, the mailboxes that its tokens open, and an installation that is registered with it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from app.connect.keeping import Connected, keep
from app.connect.oauth_flow import Returned, SignIns
from app.connect.oauth_http import TokenPost
from app.connect.oauth_providers import OAuthProvider
from app.connect.oauth_tokens import TokenDesk
from app.mail.imap_values import ConnectPolicy, Endpoint, TlsMode
from app.store.engine import Database
from app.store.keys import Keys
from tests.servers.dovecot import Dovecot
from tests.servers.oauth import SignInServer

ORIGIN = "https://zuruf.example"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class OAuthWorld:
    """`ca_file` vouches for both servers."""

    server: SignInServer
    dovecot: Dovecot
    ca_file: Path

    @property
    def provider(self) -> OAuthProvider:
        return self.server.provider(Endpoint("localhost", self.dovecot.imaps_port, TlsMode.IMPLICIT))

    @property
    def network(self) -> ConnectPolicy:
        return ConnectPolicy(True, None, self.ca_file)

    @property
    def post(self) -> TokenPost:
        return TokenPost(self.network)

    def policy(self, database: Database, keys: Keys, clock: Callable[[], datetime] = now) -> ConnectPolicy:
        return replace(self.network, tokens=self.desk(database, keys, clock))

    def desk(self, database: Database, keys: Keys, clock: Callable[[], datetime] = now) -> TokenDesk:
        return TokenDesk(database, keys, {self.provider.key: self.provider}, self.post, clock)

    def sign_ins(self, database: Database, keys: Keys, url: str = ORIGIN) -> SignIns:
        """Registered with the provider, too."""
        self.server.client.origins.add(url)
        return SignIns(database, keys, {self.provider.key: self.provider}, self.post, url)

    def connect(self, database: Database, keys: Keys, user: str) -> Connected:
        """Sign in as this user and connect the mailbox, as the pages do it."""
        sign_ins = self.sign_ins(database, keys)
        url, kept = sign_ins.begin(self.provider, user, "", now())
        returned = returned_by(self.server.agree(url, user))
        proof, grant = sign_ins.finish(self.provider, returned, kept, self.policy(database, keys), now())
        return keep(database, keys, proof, "en", {"time_zone": "Europe/Berlin"}, now(), grant=grant)


def returned_by(location: str) -> Returned:
    """What stands in the address that the provider sent the browser to."""
    told = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    return Returned(
        state=told.get("state", ""),
        code=told.get("code", ""),
        issuer=told.get("iss", ""),
        error=told.get("error", ""),
        description=told.get("error_description", ""),
    )
