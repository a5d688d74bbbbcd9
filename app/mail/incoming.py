"""What the header of a received mail tells about whose answer it is. Knows no body, no folder and no rep."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.mail.addresses import Address, read_addresses
from app.mail.headers import HeaderBlock, read_date, read_header_block, read_ids, read_parameters

SUBJECT_LIMIT: Final = 1000
FIELDS: Final = (
    *("from", "sender", "subject", "date", "in-reply-to", "references", "return-path", "content-type"),
    *("auto-submitted", "x-autoreply", "x-autorespond", "x-autoresponder", "x-vacation", "precedence", "list-id"),
)
_MARKS: Final = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-vacation", "list-id")
_NOBODYS: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
_MACHINES: Final = frozenset({"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply"})
_AWAY: Final = re.compile(
    r"(automatische antwort|abwesenheitsnotiz|abwesend\b|automatic reply|out of (the )?office|auto(matic)?[- ]reply)",
    re.IGNORECASE,
)
_ANSWER: Final = re.compile(r"\s*(?:re|aw|antw|antwort)\s*(?:\[\d+\])?\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A received mail: the message ids that it answers, the nearest first, and whether a person wrote it."""

    uid: int
    arrived_at: datetime
    sender: Address | None
    subject: str
    answers: tuple[str, ...]
    is_automatic: bool

    @property
    def answered_subject(self) -> str | None:
        """The subject that it answers, folded; None where it does not look like an answer."""
        rest = without_answer_marks(self.subject)
        return rest.casefold() if rest and rest != self.subject.strip() else None


def without_answer_marks(subject: str) -> str:
    """The subject without `Re:`, `AW:` and the like in front."""
    while found := _ANSWER.match(subject):
        subject = subject[found.end() :]
    return subject.strip()


def read_incoming(uid: int, arrived_at: datetime | None, header: bytes) -> Incoming | None:
    """The value of a header block; None where nothing tells when the mail came."""
    block = read_header_block(header, FIELDS.__contains__)
    charset = read_parameters(block.raw("content-type").decode("latin-1"))[1].get("charset")
    when = arrived_at or read_date(block.raw("date"))
    if when is None:
        return None
    senders = (*read_addresses(block.all("from"), charset), *read_addresses(block.all("sender"), charset))
    sender = next(iter(senders), None)
    subject = block.text("subject", SUBJECT_LIMIT, charset)
    nearest_first = (*read_ids(block.raw("in-reply-to")), *reversed(read_ids(block.raw("references"))))
    return Incoming(
        uid=uid,
        arrived_at=when,
        sender=sender,
        subject=subject,
        answers=tuple(dict.fromkeys(nearest_first)),
        is_automatic=_is_automatic(block, sender) or _AWAY.match(subject) is not None,
    )


def _is_automatic(block: HeaderBlock, sender: Address | None) -> bool:
    """Auto-replies (RFC 3834 section 5), bounces (RFC 5321 section 4.5.5, RFC 6522) and list mail."""
    submitted = block.text("auto-submitted", 80).partition(";")[0].strip().lower()
    kind, _ = read_parameters(block.raw("content-type").decode("latin-1"))
    is_marked = any(name in block.fields for name in _MARKS)
    return (
        submitted not in {"", "no"}
        or is_marked
        or kind == "multipart/report"
        or block.raw("return-path").strip() == b"<>"
        or block.text("precedence", 80).strip().lower() in _NOBODYS
        or (sender is None or sender.email.partition("@")[0] in _MACHINES)
    )
