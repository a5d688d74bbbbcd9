"""Carries out what the rep wishes of a nudge, said by link, on the page or in an answer by mail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from app.mail.message import MailMessage
from app.nudge.again import again_at
from app.nudge.answers import Answer, AnswerKind, read_answer
from app.nudge.named_people import person_meant
from app.nudge.rules import rules_from
from app.store import digests, feedback, followers
from app.store.envelopes import legible_envelope
from app.store.followers import AnswerThread
from app.store.nudges import all_sends_of
from app.store.schema import Mailbox, Nudge, Send
from app.store.states import FeedbackKind, NudgeKind, NudgeState
from app.store.vault import DataVault

log = structlog.get_logger()

# A rep may answer before the delivery is certain.
_OUT: Final = (NudgeState.INTENT, NudgeState.DELIVERED)


def say(
    session: Session,
    vault: DataVault,
    about: Send | Nudge,
    kind: FeedbackKind,
    now: datetime,
    *,
    when: datetime | None = None,
    by_mail: bool = False,
) -> None:
    """Note what the rep said; "later" brings the nudge once more. Raises `CannotBeSaid`."""
    if kind is FeedbackKind.LATER:
        when = _put_off(session, vault, about, now, when)
    feedback.say(session, about, kind, now, at=when, by_mail=by_mail)


def _put_off(
    session: Session, vault: DataVault, about: Send | Nudge, now: datetime, wished: datetime | None
) -> datetime | None:
    """When it comes once more; None where it never will."""
    nudge = about if isinstance(about, Nudge) else session.get(Nudge, about.nudge_id) if about.nudge_id else None
    if nudge is None or nudge.state not in _OUT:
        return None
    rules = session.get_one(Mailbox, nudge.mailbox_id).rules
    at = again_at(now, wished, nudge.last_send_at, rules_from(rules).hours)
    is_planned = at is not None and followers.follow(session, vault, nudge, NudgeKind.AGAIN, at)
    return at if is_planned else None


def heed_answer(
    session: Session, vault: DataVault, mailbox: Mailbox, nudge: Nudge, message: MailMessage, now: datetime
) -> str:
    """Read the mail with which the rep answered a nudge and do what it says; returns the kind of the answer.

    What is not understood is replied to, once for a nudge.
    """
    zone = ZoneInfo(mailbox.rules["time_zone"])
    answer = read_answer(message.text, message.subject, now, zone)
    is_done = _carry_out(session, vault, nudge, answer, now)
    kind = answer.kind if is_done else AnswerKind.UNKNOWN
    if not is_done and message.message_id is not None:
        thread = AnswerThread(message.message_id, message.references)
        followers.follow(session, vault, nudge, NudgeKind.HELP, now, thread)
    log.info("nudge answered", mailbox=str(mailbox.id), nudge=str(nudge.id), reason=kind.value)
    return kind.value


def _carry_out(session: Session, vault: DataVault, nudge: Nudge, answer: Answer, now: datetime) -> bool:
    match answer.kind:
        case AnswerKind.UNKNOWN:
            return False
        case AnswerKind.UNDO:
            feedback.take_back_last(session, nudge, now)
        case AnswerKind.NOT_FOR_PERSON:
            return _spare(session, vault, nudge, answer.person, now)
        case _:
            kind = FeedbackKind(answer.kind.value)
            meant = _meant(session, nudge, kind)
            for about in meant:
                say(session, vault, about, kind, now, when=answer.when, by_mail=True)
            return bool(meant)
    return True


def _meant(session: Session, nudge: Nudge, kind: FeedbackKind) -> Sequence[Nudge]:
    """What a word is about that answers a digest of several texts: "stop" means each of them, "called" and "later" the
    digest, and of "wrong" it is not clear."""
    if nudge.kind is not NudgeKind.DIGEST or kind is FeedbackKind.LATER:
        return [nudge]
    parts = digests.parts(session, nudge.id)
    if kind is FeedbackKind.STOP or len(parts) == 1:
        return parts
    return [] if kind is FeedbackKind.NOT_A_TEMPLATE else [nudge]


def _spare(session: Session, vault: DataVault, nudge: Nudge, person: str | None, now: datetime) -> bool:
    """Whether it is clear who is meant, and some mail went to that person alone."""
    abouts = digests.parts(session, nudge.id) if nudge.kind is NudgeKind.DIGEST else [nudge]
    sends = [send for about in abouts for send in all_sends_of(session, about.id)]
    meant = _sends_to(vault, sends, person)
    for send in meant:
        feedback.say(session, send, FeedbackKind.NOT_FOR_PERSON, now, by_mail=True)
    return bool(meant)


def _sends_to(vault: DataVault, sends: Sequence[Send], person: str | None) -> list[Send]:
    envelopes = {send.id: legible_envelope(vault, send.id, send.envelope) for send in sends}
    people = {address: name for one in envelopes.values() for name, address in one.recipients}
    address = person_meant(person, people)
    to_one = [send for send in sends if feedback.is_to_one_person(send)]
    return [send for send in to_one if [to for _, to in envelopes[send.id].recipients] == [address]]
