"""Sends that would be flagged but for the rep's own word: each bears the mark of the word among its reasons.

The judge leaves the same marks on new sends, so that undo finds them all.
"""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from app.store.schema import Send, Template

ALLOWED: Final = "allowed"
NOT_FOR_PERSON: Final = "not_for_person"
MARKS: Final = frozenset({ALLOWED, NOT_FOR_PERSON})
CHANGED: Final = load_only(Send.flagged, Send.reasons, Send.recipient_keys)


def bears(send: Send, mark: str) -> bool:
    return any(reason["code"] == mark for reason in send.reasons)


def is_noteworthy(send: Send) -> bool:
    """Whether it is flagged or was only kept from it."""
    return send.flagged or any(reason["code"] in MARKS for reason in send.reasons)


def keep_back(send: Send, mark: str) -> None:
    """Take a send off the list; one that is not noteworthy anyway needs no mark."""
    if not is_noteworthy(send):
        return
    send.flagged = False
    if not bears(send, mark):
        send.reasons = [*send.reasons, {"code": mark, "weight": 0.0}]


def give_back(send: Send, mark: str) -> None:
    """Take the mark away; without another one the send is flagged again."""
    if not bears(send, mark):
        return
    send.reasons = [reason for reason in send.reasons if reason["code"] != mark]
    send.flagged = not any(reason["code"] in MARKS for reason in send.reasons)


def allow(session: Session, template: Template) -> None:
    """The rep's word holds for the whole template."""
    template.allowed = True
    for send in session.scalars(select(Send).where(Send.template_id == template.id).options(CHANGED)):
        keep_back(send, ALLOWED)


def allow_no_longer(session: Session, template: Template) -> None:
    template.allowed = False
    for send in session.scalars(select(Send).where(Send.template_id == template.id).options(CHANGED)):
        give_back(send, ALLOWED)
