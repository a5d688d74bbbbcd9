"""The newest nudges of a mailbox as its page shows them: about what, in which state, after how many tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session
from starlette.requests import Request

from app.store import nudges
from app.store.envelopes import unseal_envelope
from app.store.schema import Mailbox, Nudge, Send
from app.store.vault import DataVault
from app.web.access import RepHere
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
        subject = unseal_envelope(vault, send.id, send.envelope).subject or texts.gettext("(no subject)")
        rows.append(NudgeRow(nudge, send, subject, teller.state(send, nudge)))
    return rows
