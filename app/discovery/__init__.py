"""Proposes the IMAP server of a mail address from its domain; connects to none and never learns the address."""

from app.discovery.errors import LookUpFailed
from app.discovery.fetching import Network
from app.discovery.proposal import Discovery, Miss, Proposal, Source
from app.discovery.records import Records
from app.discovery.search import discover

__all__ = ["Discovery", "LookUpFailed", "Miss", "Network", "Proposal", "Records", "Source", "discover"]
