"""The text of one send, read live from the mailbox each time, with what counted marked; nothing of it is kept."""

import dataclasses
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.connect import ConnectProblem, MailPlace, read_mails
from app.intake.samples import sample_of
from app.mail.message import MailMessage
from app.mail.providers import find_provider
from app.store import listing, mailboxes, second_folders
from app.store.mailboxes import Account
from app.store.schema import Mailbox, Send
from app.store.states import MailboxState
from app.texts import Translator
from app.web.access import SignedIn
from app.web.context import Explain, web_of
from app.web.marked_text import Marked, cut_text
from app.web.problems import ShownProblem, shown_problem
from app.web.rendering import render, texts_of
from classifier import Phrase, Sample, Stretch, compare

router = APIRouter()

COMPARED: Final = 3
_LOOKED_THROUGH: Final = 12  # newest siblings among which those to other people are chosen
_READ_CLOSELY: Final = 20_000  # characters of a text in which something may be marked


@dataclass(frozen=True, slots=True)
class LiveSend:
    """A send as it was judged, and where it and some copies to other people lie."""

    send: Send
    mailbox: Mailbox
    account: Account
    places: tuple[MailPlace, ...]


@dataclass(frozen=True, slots=True)
class PhraseMark:
    """A kind of turn of phrase, in words; `against` speaks for a personal mail."""

    word: str
    against: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The text with its marks, or why there is none: the mailbox is paused or cannot be read, or the mail is gone.

    `compared` counts the other mails; `kinds` are the marks that occur, `phrases` has words for each code that does.
    """

    text: tuple[Marked, ...] | None = None
    compared: int = 0
    phrases: dict[str, PhraseMark] = dataclasses.field(default_factory=dict)
    paused: bool = False
    problem: ShownProblem | None = None

    @property
    def kinds(self) -> set[str]:
        return {marked.kind for marked in self.text or () if marked.kind}

    @property
    def is_blank(self) -> bool:
        return not any(piece.text.strip() for marked in self.text or () for piece in marked.pieces)


@router.get("/text")
def show_text(request: Request, send_id: uuid.UUID, rep: SignedIn) -> Response:
    """A fragment for htmx, a page of its own for a browser without scripts."""
    web = web_of(request)
    with web.database.reading() as session:
        send = listing.one(session, rep.id, send_id)
        mailbox = session.get_one(Mailbox, send.mailbox_id)
        places = places_of(session, mailbox, [send, *_copies(session, send)])
        live = LiveSend(send, mailbox, mailboxes.account_of(session, web.keys, mailbox), places)
    reading = Reading(paused=True) if mailbox.state is MailboxState.PAUSED else _read(request, live)
    template = "_send_text.html" if "hx-request" in request.headers else "send_text.html"
    return render(request, template, send_id=send_id, mailbox_id=mailbox.id, reading=reading)


def places_of(session: Session, mailbox: Mailbox, sends: Sequence[Send]) -> tuple[MailPlace, ...]:
    """Where these sends lie, one by one."""
    second = second_folders.of_mailbox(session, mailbox.id)
    folders = {False: mailbox.sent_folder, True: second.name if second is not None else mailbox.sent_folder}
    return tuple(MailPlace(folders[send.second], send.uidvalidity, send.uid) for send in sends)


def _copies(session: Session, send: Send) -> list[Send]:
    """What was left out by the rep's own rules is compared with nothing."""
    if send.score is None:
        return []
    newest = listing.siblings(session, send, _LOOKED_THROUGH)
    others = [one for one in newest if not one.recipient_keys or one.recipient_keys != send.recipient_keys]
    return others[:COMPARED]


def _read(request: Request, live: LiveSend) -> Reading:
    web = web_of(request)
    try:
        message, *copies = read_mails(live.account, live.places, web.policy)
    except ConnectProblem as error:
        return Reading(
            problem=shown_problem(request, error.code, error.provider or find_provider(live.account.address))
        )
    if message is None:
        return Reading()
    samples = [_sample(copy) for copy in copies if copy is not None]
    stretches = compare(_sample(message), samples)
    phrases = _counted(web.explain, live.send, _sample(message))
    return _marked(texts_of(request), message.text, len(samples), stretches, phrases)


def _marked(
    texts: Translator, text: str, compared: int, stretches: Sequence[Stretch], phrases: Sequence[Phrase]
) -> Reading:
    named = {phrase.code: _phrase_mark(texts, phrase) for phrase in phrases}
    return Reading(text=cut_text(text, stretches, phrases), compared=compared, phrases=named)


def _sample(message: MailMessage) -> Sample:
    sample = sample_of(message, message.date)
    return dataclasses.replace(sample, body=sample.body[:_READ_CLOSELY])


def _counted(explain: Explain | None, send: Send, sample: Sample) -> list[Phrase]:
    """The turns of phrase that were among the reasons, with the same sign."""
    if explain is None or send.score is None:
        return []
    weights = {reason["code"]: float(reason.get("weight", 0.0)) for reason in send.reasons}
    return [phrase for phrase in explain(sample) if phrase.weight * weights.get(phrase.code, 0.0) > 0]


def _phrase_mark(texts: Translator, phrase: Phrase) -> PhraseMark:
    words = {
        "sales_phrases": texts.gettext("common in sales mail"),
        "call_to_action": texts.gettext("asks for an appointment or an answer"),
        "opt_out": texts.gettext("offers to stop further mails"),
        "earlier_contact": texts.gettext("speaks of something that you two share"),
        "style": texts.gettext("wording of mails to many"),
    }
    return PhraseMark(words.get(phrase.code, phrase.code), phrase.weight < 0)
