"""A mail as a value: bytes in, `MailMessage` out, whatever the bytes are. Knows no server, no folder and no rep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from app.mail.addresses import Address, read_addresses
from app.mail.bodies import Body, read_body
from app.mail.headers import HeaderBlock, read_date, read_header_block, read_ids, read_parameters
from app.mail.structure import PART_FIELDS, MimeTree, TextPart

__all__ = ["Address", "MailMessage", "TextPart", "read_message", "read_parts"]

SUBJECT_LIMIT: Final = 1000
EVIDENCE_LIMIT: Final = 1000
EVIDENCE_NAMES_LIMIT: Final = 60
SIZE_LIMIT: Final = 32 << 20

_READ: Final = PART_FIELDS | {
    *("from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references"),
    *("x-microsoft-original-message-id", "x-google-original-message-id"),
}
_EVIDENCE: Final = frozenset(
    {
        *("content-type", "auto-submitted", "x-auto-response-suppress", "x-autoreply", "x-autorespond", "precedence"),
        *("list-id", "list-post", "list-unsubscribe", "list-unsubscribe-post", "feedback-id", "x-report-abuse"),
        *("x-campaign", "x-campaignid", "x-campaign-id", "x-csa-complaints", "x-mailer", "user-agent", "x-zuruf"),
    }
)
# Sequence and bulk tools mark their mail with many fields of one prefix each.
_EVIDENCE_PREFIXES: Final = (
    *("x-apollo", "x-cleverreach", "x-cr-", "x-gmass", "x-hs-", "x-hubspot", "x-instantly", "x-klaviyo", "x-lemlist"),
    *("x-mailchimp", "x-mailgun", "x-mailin", "x-mailshake", "x-mandrill", "x-marketo", "x-mc-", "x-mixmax"),
    *("x-mktmailingid", "x-outreach", "x-pardot", "x-pipedrive", "x-pm-", "x-postmark", "x-rapidmail", "x-reply-io"),
    *("x-salesforce", "x-salesloft", "x-sendgrid", "x-ses-", "x-sfdc", "x-sfmc", "x-sg-", "x-sib-", "x-smartlead"),
    *("x-streak", "x-woodpecker", "x-yesware", "x-zoho"),
)


@dataclass(frozen=True, slots=True)
class MailMessage:
    """What the rest of the program knows of one mail; `defects` are short codes, never content."""

    message_id: str | None
    original_message_id: str | None
    date: datetime | None
    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    subject: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    headers: Mapping[str, str]
    text: str
    html: str | None
    has_calendar: bool
    attachments: int
    defects: tuple[str, ...]

    @property
    def recipients(self) -> tuple[Address, ...]:
        """To, Cc and Bcc in this order, each address once."""
        unique: dict[str, Address] = {}
        for address in self.to + self.cc + self.bcc:
            unique.setdefault(address.email, address)
        return tuple(unique.values())


def read_message(raw: bytes) -> MailMessage:
    """The value of one whole mail, or of its first bytes; whatever lies behind 32 MiB is not read."""
    octets = _repair_start(raw[:SIZE_LIMIT])
    header = read_header_block(octets, _is_read)
    tree = MimeTree(octets)
    body = read_body(list(tree.leaves(header, len(octets))))
    return _assemble(header, body, tree.defects)


def read_parts(header: bytes, parts: Sequence[TextPart]) -> MailMessage:
    """The value of a mail of which the header block and single leaves were fetched; `parts` in their order."""
    return _assemble(read_header_block(_repair_start(header), _is_read), read_body(parts), [])


def _repair_start(raw: bytes) -> bytes:
    """Without a byte order mark and blank lines in front, and with line feeds where a file knows only returns."""
    raw = raw if b"\n" in raw else raw.replace(b"\r", b"\n")
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")


def _is_read(name: str) -> bool:
    return name in _READ or _is_evidence(name)


def _is_evidence(name: str) -> bool:
    return name in _EVIDENCE or name.startswith(_EVIDENCE_PREFIXES)


def _assemble(header: HeaderBlock, body: Body, defects: list[str]) -> MailMessage:
    charset = read_parameters(header.raw("content-type").decode("latin-1"))[1].get("charset")
    from_, sender, to, cc, bcc = (
        read_addresses(header.all(name), charset) for name in ("from", "sender", "to", "cc", "bcc")
    )
    original = header.raw("x-microsoft-original-message-id") or header.raw("x-google-original-message-id")
    date = read_date(header.raw("date"))
    wrong_date = ["date"] if date is None and header.raw("date") else []
    cut = ["header_cut"] if header.cut else []
    return MailMessage(
        message_id=next(iter(read_ids(header.raw("message-id"))), None),
        original_message_id=next(iter(read_ids(original)), None),
        date=date,
        sender=next(iter(from_ + sender), None),
        to=to,
        cc=cc,
        bcc=bcc,
        subject=header.text("subject", SUBJECT_LIMIT, charset),
        in_reply_to=read_ids(header.raw("in-reply-to")),
        references=read_ids(header.raw("references")),
        headers=_read_evidence(header),
        text=body.text,
        html=body.html,
        has_calendar=body.has_calendar,
        attachments=body.attachments,
        defects=tuple(dict.fromkeys(cut + wrong_date + defects + body.defects)),
    )


def _read_evidence(header: HeaderBlock) -> dict[str, str]:
    names = islice(filter(_is_evidence, header.fields), EVIDENCE_NAMES_LIMIT)
    return {name: header.text(name, EVIDENCE_LIMIT) for name in names}
