"""A send as pages show it: unsealed, in words, in the reader's language."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.requests import Request

from app.store import feedback, listing
from app.store.envelopes import Envelope, legible_envelope
from app.store.kept_back import MARKS
from app.store.schema import Send
from app.store.vault import DataVault
from app.texts import Translator
from app.texts.reasons import SPEAKS_AGAINST, reason_text
from app.web.access import RepHere
from app.web.formats import LOCALES, long_moment
from app.web.nudge_words import NudgeTeller, NudgeWords
from app.web.rendering import texts_of
from app.web.strength import Strength, strength_of

LONGEST: Final = 200
_NO_FACTS: Final = frozenset({"code", "weight"})


@dataclass(frozen=True, slots=True)
class SendRow:
    """One line of a list. `others` counts the recipients beside the one that is named."""

    id: uuid.UUID
    recipient: str
    others: int
    subject: str
    sent_at: datetime
    flagged: bool
    strength: Strength
    reason: str
    nudge: NudgeWords


@dataclass(frozen=True, slots=True)
class SpokenReason:
    """`share` is its weight beside the weightiest, 0 to 1; `today` says what has become of its number since."""

    text: str
    share: float
    against: bool
    today: str = ""


def view_rows(
    request: Request, session: Session, vault: DataVault, rep: RepHere, sends: Sequence[Send]
) -> list[SendRow]:
    """The rows of a page, with their nudges and what was said of them looked up at once."""
    texts, teller = texts_of(request), teller_for(request, rep)
    nudges, said = listing.nudges_of(session, sends), feedback.said_of_each(session, sends)
    rows = []
    for send in sends:
        envelope = legible_envelope(vault, send.id, send.envelope)
        nudge = nudges.get(send.nudge_id) if send.nudge_id else None
        rows.append(
            SendRow(
                id=send.id,
                recipient=_cut(first_recipient(texts, envelope)),
                others=max(0, send.recipient_count - 1),
                subject=_cut(envelope.subject or texts.gettext("(no subject)")),
                sent_at=send.sent_at,
                flagged=send.flagged,
                strength=strength_of(texts, send),
                reason=main_reason(texts, send),
                nudge=teller.label(send, nudge, said[send.id]),
            )
        )
    return rows


def _cut(text: str) -> str:
    """A line of a list shows no more; a mail's subject may have a megabyte."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def teller_for(request: Request, rep: RepHere) -> NudgeTeller:
    texts = texts_of(request)
    return NudgeTeller(texts, lambda moment: long_moment(moment, rep.zone, LOCALES[texts.language]))


def first_recipient(texts: Translator, envelope: Envelope) -> str:
    for name, address in envelope.recipients:
        return name or address
    return texts.gettext("(nobody)")


def main_reason(texts: Translator, send: Send) -> str:
    """The copies of a flagged mail, if there are any, since the style of all of these is alike; else the weightiest."""
    if send.score is None:
        return texts.gettext("Left out by your own rules.")
    copies = next((one for one in send.reasons if one["code"] == "same_text" and _weight(one) > 0), None)
    if send.flagged and copies:
        return _spoken(texts, copies, 1.0).text
    for reason in spoken_reasons(texts, send):
        if reason.against is not send.flagged:
            return reason.text
    return texts.gettext("Nothing here points to a template.") if not send.flagged else ""


def spoken_reasons(texts: Translator, send: Send, siblings: int | None = None) -> list[SpokenReason]:
    """All reasons as sentences, the weightiest first; the rep's own word outweighs all.

    `siblings` are as many other mails with its text as there are today, for a page that shows them.
    """
    heaviest = max((abs(_weight(reason)) for reason in send.reasons), default=0.0) or 1.0
    reasons = sorted(send.reasons, key=lambda reason: (_is_own_word(reason), abs(_weight(reason))), reverse=True)
    return [_spoken(texts, reason, heaviest, siblings) for reason in reasons]


def _spoken(texts: Translator, reason: Mapping[str, Any], heaviest: float, siblings: int | None = None) -> SpokenReason:
    code = reason["code"]
    facts = {name: value for name, value in reason.items() if name not in _NO_FACTS}
    against = code in SPEAKS_AGAINST or _weight(reason) < 0
    share = 1.0 if _is_own_word(reason) else abs(_weight(reason)) / heaviest
    return SpokenReason(reason_text(texts, code, facts), share, against, _today(texts, reason, siblings))


def _today(texts: Translator, reason: Mapping[str, Any], siblings: int | None) -> str:
    """Copies may have gone out since, or be erased by now."""
    if reason["code"] != "same_text" or siblings is None or siblings == reason.get("siblings"):
        return ""
    if not siblings:
        return texts.gettext("That was so when the mail was judged. Today no other mail with this text is kept.")
    return texts.ngettext(
        "That was so when the mail was judged. Today there is %(n)s other mail with this text.",
        "That was so when the mail was judged. Today there are %(n)s other mails with this text.",
        siblings,
    )


def _is_own_word(reason: Mapping[str, Any]) -> bool:
    return reason["code"] in MARKS


def _weight(reason: Mapping[str, Any]) -> float:
    return float(reason.get("weight", 0.0))
