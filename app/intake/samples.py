"""From mails and rows to what the classifier reads, and from its judgement to what the database keeps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.mail.message import MailMessage
from app.store.heeded import Heeded
from app.store.sends import Judged, RememberedSend, split_keys
from classifier import Feedback, Judgement, Remembered, Sample
from classifier.sketch import Sketch


def sample_of(message: MailMessage, sent_at: datetime | None) -> Sample:
    """`sent_at` is the time that counts, which need not be what the mail itself claims."""
    return Sample(
        subject=message.subject,
        body=message.text,
        html=message.html,
        sender=message.sender.email if message.sender else None,
        recipients=tuple(recipient.email for recipient in message.recipients),
        recipient_names=tuple(recipient.name for recipient in message.recipients if recipient.name),
        hidden_recipients=len(message.bcc),
        sent_at=sent_at,
        is_reply=bool(message.in_reply_to or message.references),
        headers=message.headers,
        has_calendar=message.has_calendar,
    )


def judged_from(judgement: Judgement) -> Judged:
    """Numbers and codes only; the reasons' facts hold no text by the classifier's contract."""
    return Judged(
        flagged=judgement.flagged,
        score=judgement.score,
        style=judgement.style,
        likeness=judgement.likeness,
        language=judgement.language,
        reasons=[reason_object(reason.code, reason.weight, reason.facts) for reason in judgement.reasons],
        sketch=judgement.remembered.sketch,
        recipient_keys=b"".join(judgement.remembered.recipients),
    )


def reason_object(code: str, weight: float, facts: Mapping[str, int | float | str]) -> dict[str, Any]:
    """A reason as it is stored: `code`, `weight`, and its facts beside them."""
    return {"code": code, "weight": round(weight, 4), **facts}


def remembered_from(row: RememberedSend) -> Remembered:
    return Remembered(
        send_id=str(row.id),
        template=row.template,
        sent_at=row.sent_at,
        recipients=split_keys(row.recipient_keys),
        sketch=row.sketch,
    )


def group_of(sketch: bytes) -> int:
    """The number of the group of alike sends; 0 where the sketch is none of this version."""
    return Sketch.from_bytes(sketch).group


def feedback_from(heeded: Heeded) -> Feedback:
    lone = {group_of(sketch) for sketch in heeded.lone.values()} - {0}
    return Feedback(allowed=heeded.templates | lone, people=heeded.people, style=heeded.refused)


EXCLUDED = Judged(
    flagged=False,
    score=None,
    style=None,
    likeness=0.0,
    language="und",
    reasons=[{"code": "excluded", "weight": 0.0}],
    sketch=b"",
    recipient_keys=b"",
)
