"""The newest nudges of a mailbox as its page shows them: about what, in which state, after how many tries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session
from starlette.requests import Request

from app.store import feedback, nudges
from app.store.envelopes import legible_envelope
from app.store.schema import Mailbox, Nudge, Send
from app.store.states import FeedbackKind
from app.store.vault import DataVault
from app.texts import Translator
from app.web.access import RepHere
from app.web.answers import answer
from app.web.nudge_words import NudgeWords
from app.web.rendering import texts_of
from app.web.send_views import teller_for

SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class NudgeRow:
    """`words` say the state, and why it is not delivered yet."""

    nudge: Nudge
    send: Send
    subject: str
    words: NudgeWords


def view_nudges(
    request: Request, session: Session, vault: DataVault, rep: RepHere, mailbox: Mailbox
) -> Sequence[NudgeRow]:
    teller, texts = teller_for(request, rep), texts_of(request)
    rows = []
    for nudge, send in nudges.newest(session, mailbox.id, SHOWN):
        subject = legible_envelope(vault, send.id, send.envelope).subject or texts.gettext("(no subject)")
        words = teller.state(send, nudge)
        answers = _answers_to_digest(session, texts, nudge)
        rows.append(NudgeRow(nudge, send, subject, replace(words, sentence=" ".join([words.sentence, *answers]))))
    return rows


def _answers_to_digest(session: Session, texts: Translator, nudge: Nudge) -> list[str]:
    """What the rep said of the whole mail in which the nudge stood."""
    digest = session.get(Nudge, nudge.digest_id) if nudge.digest_id else None
    said = feedback.said_of(session, digest) if digest else ()
    told = (answer(texts, kind).told for kind in FeedbackKind if kind in said)
    return [texts.gettext("Your answer to that mail: %(told)s", told=one) for one in told]
