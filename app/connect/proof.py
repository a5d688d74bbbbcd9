"""Proves a mailbox by logging in, and looks at its folders. Stores nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app.connect.errors import ConnectProblem
from app.connect.opening import open_account
from app.mail.errors import FolderMissing, MailError
from app.mail.imap import MailSession
from app.mail.imap_values import ConnectPolicy, Endpoint, Fetched, TlsMode
from app.mail.providers import Provider, find_provider
from app.mail.sent_folder import likely_sent_folders, rank_sent_folders
from app.store.mailboxes import Account

DEFAULT_PORTS: Final = {TlsMode.IMPLICIT: 993, TlsMode.STARTTLS: 143, TlsMode.NONE: 143}
MOST_CANDIDATES: Final = 40


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """What the rep or administrator typed; what is None comes from the table of providers."""

    address: str
    password: str = field(repr=False)
    host: str | None = None
    port: int | None = None
    tls: TlsMode | None = None
    username: str | None = None


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """A folder as it is shown for choosing: messages in it, and its newest one; UIDs from `uidnext` on are to come."""

    name: str
    uidnext: int
    count: int
    newest_at: datetime | None
    newest_subject: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A login that worked. `chosen` is the Sent folder where it is certain, else `candidates` are to choose from.

    `other` is the name of a folder that holds mail and looks like a second Sent folder.
    """

    account: Account
    chosen: FolderFacts | None
    candidates: tuple[FolderFacts, ...]
    other: str | None = None


def prove(request: ConnectRequest, policy: ConnectPolicy) -> Proof:
    """Log in and look for the Sent folder; raises `ConnectProblem`."""
    address = checked_address(request.address)
    provider = find_provider(address)
    account = _account(request, address, provider, policy)
    try:
        with open_account(account, policy) as session:
            return look_around(session, account)
    except MailError as error:
        raise ConnectProblem(error.code, provider) from error


def look_around(session: MailSession, account: Account) -> Proof:
    """What a login that worked proves, and which folder it found; raises `MailError`."""
    folders = session.list_folders()
    choice = rank_sent_folders(folders)
    if choice.certain is None:
        return Proof(account, None, _all_facts(session, [folder.name for folder in choice.candidates]))
    others = [folder.name for folder in likely_sent_folders(folders) if folder != choice.certain]
    other = next((facts.name for facts in _all_facts(session, others) if facts.count), None)
    return Proof(account, _facts(session, choice.certain.name), (), other)


def folder_facts(account: Account, policy: ConnectPolicy) -> tuple[FolderFacts, ...]:
    """Every folder of the mailbox, likely Sent folders first; raises `ConnectProblem`."""
    try:
        with open_account(account, policy) as session:
            folders = session.list_folders()
            choice = rank_sent_folders(folders)
            likely = [*([choice.certain] if choice.certain else []), *choice.candidates]
            names = dict.fromkeys(folder.name for folder in [*likely, *folders])
            return _all_facts(session, list(names))
    except MailError as error:
        raise ConnectProblem(error.code, find_provider(account.address)) from error


def checked_address(text: str) -> str:
    """Without blanks around it; raises `ConnectProblem`."""
    address = text.strip()
    local, at, domain = address.rpartition("@")
    if not (local and at and "." in domain) or any(character.isspace() for character in address):
        raise ConnectProblem("address_invalid")
    return address


def _account(request: ConnectRequest, address: str, provider: Provider | None, policy: ConnectPolicy) -> Account:
    """Values given by hand win over the table."""
    if request.host is None:
        if provider is None:
            raise ConnectProblem("unknown_provider")
        if provider.barrier is not None:
            raise ConnectProblem(provider.barrier, provider)
        endpoint, username = provider.endpoint, provider.login_name(address)
    else:
        tls = request.tls or TlsMode.IMPLICIT
        endpoint, username = Endpoint(request.host, request.port or DEFAULT_PORTS[tls], tls), address
    return Account(
        address=address,
        host=endpoint.host,
        port=endpoint.port,
        tls=endpoint.tls.value,
        username=request.username or username,
        password=request.password,
        private_host=policy.any_host,
    )


def _all_facts(session: MailSession, names: Sequence[str]) -> tuple[FolderFacts, ...]:
    found = []
    for name in names[:MOST_CANDIDATES]:
        try:
            found.append(_facts(session, name))
        except FolderMissing:
            continue  # a name that holds folders only (\Noselect)
    return tuple(found)


def _facts(session: MailSession, name: str) -> FolderFacts:
    state = session.examine(name)
    newest = _newest(session, state.uidnext)
    if newest is None:
        return FolderFacts(name, state.uidnext, state.exists, None, None)
    return FolderFacts(
        name, state.uidnext, state.exists, newest.message.date or newest.internal_date, newest.message.subject
    )


def _newest(session: MailSession, uidnext: int) -> Fetched | None:
    uids = session.uids_after(max(0, uidnext - 50))
    items = session.fetch(uids[-1:]) if uids else []
    return next((item for item in items if isinstance(item, Fetched)), None)
