"""Mailboxes: who owns them, how they are reached, and how they are."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from app.store import oauth_grants
from app.store.errors import UnknownRow
from app.store.keys import Keys
from app.store.schema import FolderCursor, Mailbox, Rep
from app.store.states import PAUSED_BY_ITSELF, MailboxState

# Between our clock and the server's; what was sent before connecting is told by UID, this is the second line.
CLOCK_TOLERANCE: Final = timedelta(days=1)

# A watched mailbox gives a sign of life far more often, also where its server pushes nothing.
SILENCE: Final = timedelta(minutes=15)

# For everybody but the courier, a mailbox that is being removed is gone.
KEPT: Final = Mailbox.removing_since.is_(None)


@dataclass(frozen=True, slots=True)
class Account:
    """How a mailbox is reached. `tls` is `implicit`, `starttls` or `none`.

    Without a password, `token_of` is the mailbox whose grant opens it (`app.store.oauth_grants`).
    """

    address: str
    host: str
    port: int
    tls: str
    username: str
    password: str = field(repr=False)
    private_host: bool = False
    token_of: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class NewMailbox:
    """A mailbox that has just been proved by a successful login."""

    account: Account
    sent_folder: str
    nudge_uid: int | None  # the folder's UIDNEXT when it was proved: what is below was sent before connecting
    language: str
    rules: dict[str, Any]
    demo: bool = False


def connect(session: Session, keys: Keys, new: NewMailbox, now: datetime) -> Mailbox:
    """Store a proved mailbox. The same host and login again is the same mailbox and rep, with the new password."""
    login_index = _login_index(session, keys, new.account)
    known = session.scalar(select(Mailbox).where(Mailbox.login_index == login_index))
    if known is not None and known.removing_since is not None:
        remove(session, keys, known)
    elif known is not None:
        _renew(session, keys, known, new, now)
        return known
    rep = Rep(id=uuid.uuid4(), wrapped_key=b"", language=new.language, created_at=now)
    rep.wrapped_key = keys.wrap_for(rep.id)
    session.add(rep)
    session.flush()
    mailbox = Mailbox(
        id=uuid.uuid4(),
        rep_id=rep.id,
        address_index=keys.of_installation(session).index("address", new.account.address.casefold()),
        login_index=login_index,
        demo=new.demo,
        language=new.language,
        connected_at=now,
        nudges_from=now - CLOCK_TOLERANCE,
        rules=new.rules,
        sent_folder=new.sent_folder,
        nudge_uid=new.nudge_uid,
        state=MailboxState.READING,
        state_since=now,
        generation=0,
    )
    _seal_account(session, keys, mailbox, new.account)
    session.add(mailbox)
    session.flush()
    return mailbox


def _login_index(session: Session, keys: Keys, account: Account) -> bytes:
    login = f"{account.host.casefold()}|{account.port}|{account.username}"
    return keys.of_installation(session).index("login", login)


def _seal_account(session: Session, keys: Keys, mailbox: Mailbox, account: Account) -> None:
    vault = keys.of_rep(session, mailbox.rep_id)
    mailbox.host, mailbox.port, mailbox.tls = account.host, account.port, account.tls
    mailbox.private_host = account.private_host
    mailbox.address = vault.seal_text(f"mailbox/{mailbox.id}/address", account.address)
    mailbox.username = vault.seal_text(f"mailbox/{mailbox.id}/username", account.username)
    mailbox.password = vault.seal_text(f"mailbox/{mailbox.id}/password", account.password)


def _renew(session: Session, keys: Keys, mailbox: Mailbox, new: NewMailbox, now: datetime) -> None:
    """What the rep or an administrator had chosen stays: the Sent folder, and that a private host is allowed."""
    private = new.account.private_host or mailbox.private_host
    _seal_account(session, keys, mailbox, replace(new.account, private_host=private))
    if new.sent_folder and not mailbox.sent_folder:
        change_sent_folder(mailbox, new.sent_folder)
    wake(mailbox, now)


def account_of(session: Session, keys: Keys, mailbox: Mailbox) -> Account:
    """Raises `Tampered` where a sealed value was moved or changed."""
    vault = keys.of_rep(session, mailbox.rep_id)
    password = vault.unseal_text(f"mailbox/{mailbox.id}/password", mailbox.password)
    has_grant = not password and oauth_grants.of_mailbox(session, mailbox.id) is not None
    return Account(
        address=vault.unseal_text(f"mailbox/{mailbox.id}/address", mailbox.address),
        host=mailbox.host,
        port=mailbox.port,
        tls=mailbox.tls,
        username=vault.unseal_text(f"mailbox/{mailbox.id}/username", mailbox.username),
        password=password,
        private_host=mailbox.private_host,
        token_of=mailbox.id if has_grant else None,
    )


def address_of(session: Session, keys: Keys, mailbox: Mailbox) -> str:
    vault = keys.of_rep(session, mailbox.rep_id)
    return vault.unseal_text(f"mailbox/{mailbox.id}/address", mailbox.address)


def seen_by(rep_id: uuid.UUID) -> ColumnElement[bool]:
    """What a rep sees hangs below these mailboxes: not below one that is being removed."""
    return and_(Mailbox.rep_id == rep_id, KEPT)


def of_rep(session: Session, rep_id: uuid.UUID) -> Sequence[Mailbox]:
    """The rep's mailboxes, oldest first."""
    return session.scalars(select(Mailbox).where(seen_by(rep_id)).order_by(Mailbox.connected_at)).all()


def all_of_rep(session: Session, rep_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Those that are being removed, too."""
    return session.scalars(select(Mailbox.id).where(Mailbox.rep_id == rep_id)).all()


def one_of_rep(session: Session, rep_id: uuid.UUID, mailbox_id: uuid.UUID) -> Mailbox:
    """Raises `UnknownRow`, also where the mailbox is somebody else's."""
    mailbox = session.get(Mailbox, mailbox_id)
    if mailbox is None or mailbox.rep_id != rep_id or mailbox.removing_since is not None:
        raise UnknownRow("no such mailbox")
    return mailbox


def by_address(session: Session, keys: Keys, address: str) -> Sequence[Mailbox]:
    """Every mailbox with this address; several servers may claim the same one."""
    index = keys.of_installation(session).index("address", address.strip().casefold())
    return session.scalars(select(Mailbox).where(Mailbox.address_index == index, KEPT)).all()


def every(session: Session) -> Sequence[Mailbox]:
    return session.scalars(select(Mailbox).where(KEPT).order_by(Mailbox.connected_at)).all()


def move_demo(session: Session, port: int) -> None:
    """The demo server came up on this port; its mailboxes are there now."""
    session.execute(update(Mailbox).where(Mailbox.demo.is_(True)).values(port=port))


def lock(session: Session, mailbox_id: uuid.UUID) -> Mailbox | None:
    """The row, held against other writers until the transaction ends; None where it was removed meanwhile."""
    return session.scalar(select(Mailbox).where(Mailbox.id == mailbox_id).with_for_update())


def enter(mailbox: Mailbox, state: MailboxState, now: datetime, reason: str | None = None) -> None:
    """Move to a state; `state_since` moves only when it is another one."""
    if mailbox.state != state:
        mailbox.state, mailbox.state_since = state, now
    mailbox.reason = reason


def is_silent(mailbox: Mailbox, now: datetime) -> bool:
    """Whether it only seems to be watched: nobody noted a sign of life for too long, so perhaps nobody watches."""
    heard = mailbox.last_contact_at
    return mailbox.state == MailboxState.WATCHED and heard is not None and now - heard > SILENCE


def wake(mailbox: Mailbox, now: datetime) -> None:
    """Watch again from now on: after resume, reconnect or a changed setting."""
    enter(mailbox, MailboxState.WATCHED if mailbox.history_ended_at else MailboxState.READING, now)
    mailbox.failures, mailbox.next_attempt_at = 0, None
    mailbox.renumbered = []
    mailbox.generation += 1


def resume(mailbox: Mailbox, now: datetime) -> None:
    """End a pause; what was sent meanwhile is judged, but never nudged about."""
    mailbox.nudge_uid = None
    wake(mailbox, now)


def pause(mailbox: Mailbox, now: datetime) -> None:
    """Off means off: the watcher and the courier leave a paused mailbox alone."""
    enter(mailbox, MailboxState.PAUSED, now, "by_rep")
    mailbox.generation += 1


def pause_by_itself(mailbox: Mailbox, reason: str, now: datetime) -> None:
    """Something that only the rep should decide about: nothing is read until the rep resumes."""
    enter(mailbox, MailboxState.PAUSED, now, reason)
    mailbox.generation += 1


def change_sent_folder(mailbox: Mailbox, folder: str) -> None:
    """Watch another folder; its look-back window is read anew, and known sends are recognised by their identity."""
    mailbox.sent_folder, mailbox.followed_from, mailbox.other_sent = folder, None, None
    mailbox.fetch_failures, mailbox.fetch_step, mailbox.fetch_until = 0, None, None
    mailbox.uidvalidity, mailbox.last_uid, mailbox.nudge_uid = None, 0, None
    mailbox.history_total, mailbox.history_done = None, 0
    mailbox.history_started_at = mailbox.history_ended_at = None
    mailbox.generation += 1


def move_cursor(cursor: FolderCursor, through: int) -> None:
    """What lies up to `through` is done with; the cursor never goes back within one UIDVALIDITY."""
    if through <= cursor.last_uid:
        return
    cursor.last_uid, cursor.fetch_failures = through, 0
    if cursor.fetch_until is not None and through >= cursor.fetch_until:
        cursor.fetch_step = cursor.fetch_until = None


def release_all(session: Session) -> None:
    """As `nudges.release_all`."""
    session.execute(update(Mailbox).where(Mailbox.claimed_until.is_not(None)).values(claimed_until=None))


def switched_off(session: Session, mailbox_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of these mailboxes that are paused, or gone."""
    if not mailbox_ids:
        return frozenset()
    kept = select(Mailbox.id).where(Mailbox.id.in_(mailbox_ids), Mailbox.state != MailboxState.PAUSED)
    return frozenset(mailbox_ids) - frozenset(session.scalars(kept))


def untold(session: Session, now: datetime, since: datetime, told_before: datetime) -> Sequence[uuid.UUID]:
    """Mailboxes in need of their rep `since` then, who was not told of it, nor of anything after `told_before`."""
    free = or_(Mailbox.claimed_until.is_(None), Mailbox.claimed_until <= now)
    patient = and_(free, Mailbox.state_since <= since, Mailbox.demo.is_(False))
    return session.scalars(select(Mailbox.id).where(_needs_telling(told_before), patient)).all()


def note_told(session: Session, mailbox_id: uuid.UUID, now: datetime, until: datetime, told_before: datetime) -> bool:
    """Record that the rep is told, and claim the mailbox for that; False where it needs nothing any more."""
    telling = update(Mailbox).where(Mailbox.id == mailbox_id, _needs_telling(told_before))
    changed = session.execute(telling.values(told_at=now, claimed_until=until))
    return int(changed.rowcount) == 1  # type: ignore[attr-defined]  # CursorResult, hidden behind Result


def end_telling(session: Session, mailbox_id: uuid.UUID, *, told: bool) -> None:
    """The mail is there, or in doubt; or it was refused, so that the rep has not been told after all."""
    values: dict[str, Any] = {"claimed_until": None} if told else {"claimed_until": None, "told_at": None}
    session.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(**values))


def _needs_telling(told_before: datetime) -> ColumnElement[bool]:
    ill = or_(
        Mailbox.state == MailboxState.ATTENTION,
        and_(Mailbox.state == MailboxState.PAUSED, Mailbox.reason.in_(PAUSED_BY_ITSELF)),
    )
    never = Mailbox.told_at.is_(None)
    return and_(ill, KEPT, or_(never, and_(Mailbox.told_at < Mailbox.state_since, Mailbox.told_at < told_before)))


def is_claimed(mailbox: Mailbox, now: datetime) -> bool:
    """Whether a mail about the mailbox itself may be on its way into it."""
    return mailbox.claimed_until is not None and mailbox.claimed_until > now


def begin_removal(mailbox: Mailbox, now: datetime) -> None:
    """From here on nothing new is begun with the mailbox; it is erased once no delivery is under way."""
    pause(mailbox, now)
    mailbox.removing_since = now


def being_removed(session: Session) -> Sequence[uuid.UUID]:
    return session.scalars(select(Mailbox.id).where(Mailbox.removing_since.is_not(None))).all()


def remove(session: Session, keys: Keys, mailbox: Mailbox) -> None:
    """Erase the mailbox with all that hangs below it, and the rep with the last one."""
    rep_id = mailbox.rep_id
    session.delete(mailbox)
    session.flush()
    if session.scalar(select(Mailbox.id).where(Mailbox.rep_id == rep_id).limit(1)) is None:
        session.delete(session.get_one(Rep, rep_id))
        session.flush()
        keys.forget(rep_id)
