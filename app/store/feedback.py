"""What the rep said of nudges and sends. The rows are the truth: nothing said is overwritten, only taken back.

"Called" and "will call" are about one send or one nudge, "later" about the nudge. "Not a template" and "stop" are about
its whole template where it has one: the first takes the template's sends off the list, the second leaves them there and
only ends the nudges. "Not for this person" is said of one send and takes that off the list; later mail to its recipient
does not get there.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Row, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from app.store import kept_back, nudges
from app.store.errors import CannotBeSaid
from app.store.heeded import spared_people
from app.store.schema import Feedback, Nudge, Send, Template
from app.store.sends import split_keys
from app.store.states import FeedbackKind, NudgeKind

TEMPLATE_WIDE: Final = (FeedbackKind.NOT_A_TEMPLATE, FeedbackKind.STOP)
Said = frozenset[FeedbackKind]

# A row that was not taken back, and the template that it is about.
_Standing = Row[Feedback, uuid.UUID | None]


@dataclass(frozen=True, slots=True)
class _Subject:
    send_id: uuid.UUID | None
    nudge_id: uuid.UUID | None
    template_id: uuid.UUID | None

    def is_meant_by(self, row: _Standing) -> bool:
        word, template_id = row
        is_meant = (word.send_id or word.nudge_id) in {self.send_id, self.nudge_id}
        return is_meant or (word.kind in TEMPLATE_WIDE and template_id is not None and template_id == self.template_id)


def _subject(about: Send | Nudge) -> _Subject:
    if isinstance(about, Send):
        return _Subject(about.id, about.nudge_id, about.template_id)
    return _Subject(None, about.id, about.template_id)


def say(
    session: Session,
    about: Send | Nudge,
    kind: FeedbackKind,
    now: datetime,
    *,
    at: datetime | None = None,
    by_mail: bool = False,
    is_reaction: bool = True,
) -> None:
    """Note what the rep said of a send or a nudge; said twice it stands once, with `at` as it was said last.

    What is no reaction to a nudge is noted of the send, not of its nudge. Raises `CannotBeSaid`.
    """
    if kind is FeedbackKind.NOT_FOR_PERSON and not is_to_one_person(about):
        raise CannotBeSaid("only of a send to one person")
    standing = [word for word in words_of(session, about) if word.kind is kind]
    if standing and at is None:
        return
    for word in standing:
        word.undone_at = now
    row = Feedback(id=uuid.uuid4(), mailbox_id=about.mailbox_id, kind=kind, at=at, by_mail=by_mail, created_at=now)
    row.nudge_id = _nudge_id(session, about, kind) if is_reaction else None
    row.send_id = about.id if row.nudge_id is None else None
    session.add(row)
    session.flush()
    if kind is FeedbackKind.NOT_A_TEMPLATE:
        _allow(session, about)
    elif kind is FeedbackKind.NOT_FOR_PERSON and isinstance(about, Send):
        kept_back.keep_back(about, kept_back.NOT_FOR_PERSON)


def is_to_one_person(about: Send | Nudge) -> bool:
    return isinstance(about, Send) and about.recipient_count == 1


def _nudge_id(session: Session, about: Send | Nudge, kind: FeedbackKind) -> uuid.UUID | None:
    """The nudge to say it of. "Later" is about the nudge. Sends are erased when they are old and take their rows along,
    so what is meant for a whole template is said of a nudge wherever there is one."""
    if isinstance(about, Nudge) or kind is FeedbackKind.LATER:
        return about.id if isinstance(about, Nudge) else about.nudge_id
    if kind not in TEMPLATE_WIDE:
        return None
    if about.nudge_id is None and about.template_id is not None:
        latest = nudges.latest_of_template(session, about.template_id)
        return latest.id if latest else None
    return about.nudge_id


def take_back(session: Session, about: Send | Nudge, kind: FeedbackKind, now: datetime) -> None:
    """Undo: it stands no longer for this send or nudge, wherever it was said."""
    standing = [word for word in words_of(session, about) if word.kind is kind]
    if not standing:
        return
    for word in standing:
        word.undone_at = now
    session.flush()
    if kind is FeedbackKind.NOT_A_TEMPLATE:
        _allow_no_longer(session, about)
    elif kind is FeedbackKind.NOT_FOR_PERSON and isinstance(about, Send):
        _spare_no_longer(session, about)


def take_back_last(session: Session, nudge: Nudge, now: datetime) -> None:
    """Undo what was last said of a nudge, of a send that it is about, or of a burst that it gathers."""
    words = _words_around(session, nudge)
    # "Not for this person" may have been said of several sends at once.
    for word in [word for word in words if (word.kind, word.created_at) == (words[0].kind, words[0].created_at)]:
        about = session.get_one(Send, word.send_id) if word.send_id else session.get_one(Nudge, word.nudge_id)
        take_back(session, about, word.kind, now)


def is_put_off(session: Session, nudge: Nudge) -> bool:
    """Whether "later" is the last word about a nudge and its sends, but for "not for this person".

    Of a digest only what was said of the whole of it counts.
    """
    words_about = words_of if nudge.kind is NudgeKind.DIGEST else _words_around
    words = [one for one in words_about(session, nudge) if one.kind is not FeedbackKind.NOT_FOR_PERSON]
    last = max(words, key=lambda word: word.created_at, default=None)
    return last is not None and last.kind is FeedbackKind.LATER


def _words_around(session: Session, nudge: Nudge) -> Sequence[Feedback]:
    """What stands of all that was said of a nudge or of a send that it is about, the last first."""
    nudge_ids = select(Nudge.id).where(or_(Nudge.id == nudge.id, Nudge.digest_id == nudge.id))
    sends = select(Send.id).where(Send.nudge_id.in_(nudge_ids))
    own = or_(Feedback.nudge_id.in_(nudge_ids), Feedback.send_id.in_(sends))
    query = select(Feedback).where(Feedback.undone_at.is_(None), own)
    return session.scalars(query.order_by(Feedback.created_at.desc())).all()


def _allow(session: Session, about: Send | Nudge) -> None:
    if about.template_id is not None:
        kept_back.allow(session, session.get_one(Template, about.template_id))
        return
    for send in _lone_sends(session, about):
        kept_back.keep_back(send, kept_back.ALLOWED)


def _allow_no_longer(session: Session, about: Send | Nudge) -> None:
    if about.template_id is not None:
        kept_back.allow_no_longer(session, session.get_one(Template, about.template_id))
        return
    own = _lone_sends(session, about)
    followers = [send for one in own for send in _kept_back(session, about.mailbox_id, str(one.id))]
    for send in (*own, *followers):
        kept_back.give_back(send, kept_back.ALLOWED)


def _lone_sends(session: Session, about: Send | Nudge) -> Sequence[Send]:
    if isinstance(about, Send):
        return [about]
    return session.scalars(select(Send).where(Send.nudge_id == about.id).options(kept_back.CHANGED)).all()


def _spare_no_longer(session: Session, about: Send) -> None:
    """What the word took off the list returns; mail that it kept from there does unless it stands by another word."""
    spared = spared_people(session, about.mailbox_id)
    for send in _kept_back(session, about.mailbox_id, kept_back.NOT_FOR_PERSON):
        if send is about or not spared.issuperset(split_keys(send.recipient_keys)):
            kept_back.give_back(send, kept_back.NOT_FOR_PERSON)


def _kept_back(session: Session, mailbox_id: uuid.UUID, word: str) -> Sequence[Send]:
    """The unlisted sends whose reasons hold this word."""
    holds = cast(Send.reasons, String).contains(f'"{word}"', autoescape=True)
    query = select(Send).where(Send.mailbox_id == mailbox_id, Send.flagged.is_(False), holds)
    return session.scalars(query.options(kept_back.CHANGED)).all()


def words_of(session: Session, about: Send | Nudge) -> Sequence[Feedback]:
    """The rows that stand for a send or a nudge."""
    return [word for word, _ in _standing(session, [_subject(about)])]


def said_of(session: Session, about: Send | Nudge) -> Said:
    """What stands for a send or a nudge."""
    return frozenset(word.kind for word in words_of(session, about))


def said_of_each(session: Session, listed: Sequence[Send]) -> Mapping[uuid.UUID, Said]:
    """What stands for each of these sends, by their id."""
    subjects = [_subject(send) for send in listed]
    rows = _standing(session, subjects)
    return {
        send.id: frozenset(row[0].kind for row in rows if subject.is_meant_by(row))
        for send, subject in zip(listed, subjects, strict=True)
    }


def is_stopped(session: Session, template_id: uuid.UUID) -> bool:
    """Whether the rep wants no nudges about this template."""
    rows = _standing(session, [_Subject(None, None, template_id)])
    return any(word.kind is FeedbackKind.STOP for word, _ in rows)


def _standing(session: Session, subjects: Sequence[_Subject]) -> Sequence[_Standing]:
    template_id: ColumnElement[uuid.UUID | None] = func.coalesce(Send.template_id, Nudge.template_id)
    query = (
        select(Feedback, template_id)
        .outerjoin(Send, Send.id == Feedback.send_id)
        .outerjoin(Nudge, Nudge.id == Feedback.nudge_id)
        .where(Feedback.undone_at.is_(None), _is_about(subjects, template_id))
    )
    return session.execute(query).all()


def _is_about(subjects: Sequence[_Subject], template_id: ColumnElement[uuid.UUID | None]) -> ColumnElement[bool]:
    send_ids = {subject.send_id for subject in subjects if subject.send_id}
    nudge_ids = {subject.nudge_id for subject in subjects if subject.nudge_id}
    template_ids = {subject.template_id for subject in subjects if subject.template_id}
    return or_(
        Feedback.send_id.in_(send_ids),
        Feedback.nudge_id.in_(nudge_ids),
        and_(Feedback.kind.in_(TEMPLATE_WIDE), template_id.in_(template_ids)),
    )
