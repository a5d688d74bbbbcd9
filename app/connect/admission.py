"""Whom an installation lets connect by themselves: addresses of some domains, invited ones, or everybody."""

from dataclasses import dataclass
from datetime import datetime

from app.connect.errors import ConnectProblem
from app.connect.proof import checked_address
from app.store import invitations
from app.store.engine import Database
from app.store.keys import Keys


@dataclass(frozen=True, slots=True)
class Admission:
    """`domains` are those after the @, in lower case; empty: any. An address is what somebody says: it is the list of
    mail servers (`ConnectPolicy.hosts`) that keeps foreign mailboxes out."""

    domains: frozenset[str] = frozenset()
    invited_only: bool = False

    def ticket(self, database: Database, keys: Keys, address: str, invitation: str, now: datetime) -> str | None:
        """The invitation to use up in connecting this address, None where none is needed; raises `ConnectProblem`."""
        known = checked_address(address)
        if self.domains and known.rpartition("@")[2].casefold() not in self.domains:
            raise ConnectProblem("domain_not_allowed")
        if not self.invited_only:
            return None
        with database.reading() as session:
            if not invitations.is_open(session, keys, known, invitation, now):
                raise ConnectProblem("invitation_needed")
        return invitation
