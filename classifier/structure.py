"""What a mail shows beside its prose: headers, recipients, tracking, merge fields. In all languages alike."""

import re
from dataclasses import dataclass

from classifier.markup import count_tracked_links, count_tracking_pixels
from classifier.own_text import OwnText
from classifier.values import Sample

# Sequence and newsletter tools mark their mail with header fields of their own; the beginning of the name tells which.
_TOOL_HEADERS = {
    "x-outreach": "outreach",
    "x-salesloft": "salesloft",
    "x-apollo": "apollo",
    "x-hubspot": "hubspot",
    "x-hs-": "hubspot",
    "x-lemlist": "lemlist",
    "x-gmass": "gmass",
    "x-mixmax": "mixmax",
    "x-yesware": "yesware",
    "x-mailshake": "mailshake",
    "x-woodpecker": "woodpecker",
    "x-instantly": "instantly",
    "x-smartlead": "smartlead",
    "x-reply-io": "reply.io",
    "x-mailchimp": "mailchimp",
    "x-mc-": "mailchimp",
    "x-mandrill": "mandrill",
    "x-mailjet": "mailjet",
    "x-sib-": "brevo",
    "x-mailin": "brevo",
    "x-cleverreach": "cleverreach",
    "x-rapidmail": "rapidmail",
    "x-klaviyo": "klaviyo",
    "x-marketo": "marketo",
    "x-pardot": "pardot",
    "x-campaign": "campaign",
    "feedback-id": "campaign",
}
_TOOL_STARTS = tuple(_TOOL_HEADERS)
_TOOL_PROGRAM = re.compile(
    r"outreach|salesloft|lemlist|apollo\.io|mailshake|woodpecker|yesware|hubspot|mixmax|reply\.io|instantly|smartlead"
    r"|gmass|mailchimp|brevo|sendinblue|cleverreach|rapidmail|klick-?tipp|activecampaign|inxmail|quickmail|saleshandy"
    r"|mail ?merge",
    re.IGNORECASE,
)
_AUTOMATIC_SUBJECT = re.compile(
    r"\s*(?:automatic reply|automatische antwort|abwesenheitsnotiz|out of office|autoreply|auto:|gelesen:|read:"
    r"|zugestellt:|delivered:|undeliverable|unzustellbar|delivery status notification)",
    re.IGNORECASE,
)
_CALENDAR_SUBJECT = re.compile(
    r"\s*(?:accepted|declined|tentative|angenommen|zugesagt|abgelehnt|abgesagt|cancell?ed|updated invitation):",
    re.IGNORECASE,
)
_CALENDAR_TEXT = re.compile(
    r"^(?:when|where|wann|wo):\s.{0,200}\n+(?:when|where|wann|wo):\s", re.IGNORECASE | re.MULTILINE
)
_CALENDAR_MARKS = ("when:", "where:", "wann:", "wo:")
_FREEMAIL = re.compile(
    r"(?:gmail|googlemail|gmx|web|outlook|hotmail|live|yahoo|icloud|t-online|freenet|aol|posteo|mailbox)\.[a-z.]{2,6}$"
)


@dataclass(frozen=True, slots=True)
class Structure:
    """Counts and marks of one mail; `outsiders` are recipients outside the sender's domain, `tool` names a program."""

    outsiders: int
    hidden: int
    merge_fields: int
    pixels: int
    tracked_links: int
    tool: str | None
    unsubscribe_header: bool
    reply: bool
    internal: bool
    calendar: bool
    automatic: bool


def read_structure(sample: Sample, own: OwnText) -> Structure:
    """Return what stands around the prose of a mail."""
    headers = sample.headers
    outsiders = _count_outsiders(sample)
    return Structure(
        outsiders=outsiders,
        hidden=max(0, sample.hidden_recipients),
        merge_fields=own.merge_fields,
        pixels=count_tracking_pixels(sample.html) if sample.html else 0,
        tracked_links=max(count_tracked_links(own.message), count_tracked_links(sample.html) if sample.html else 0),
        tool=_find_tool(sample),
        unsubscribe_header="list-unsubscribe" in headers,
        reply=sample.is_reply,
        internal=outsiders == 0 and bool(sample.recipients) and sample.sender is not None,
        calendar=sample.has_calendar
        or _CALENDAR_SUBJECT.match(sample.subject) is not None
        or _shows_meeting(own.written[:2000]),
        automatic=_is_automatic(sample),
    )


def _shows_meeting(text: str) -> bool:
    lowered = text.lower()
    return any(mark in lowered for mark in _CALENDAR_MARKS) and _CALENDAR_TEXT.search(text) is not None


def _count_outsiders(sample: Sample) -> int:
    domain = _domain(sample.sender or "")
    if not domain or _FREEMAIL.search(domain):
        return len(sample.recipients)
    return sum(1 for address in sample.recipients if _domain(address) != domain)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip().lower()


def _find_tool(sample: Sample) -> str | None:
    for name in sample.headers:
        if name.startswith(_TOOL_STARTS):
            return next(tool for start, tool in _TOOL_HEADERS.items() if name.startswith(start))
    programs = f"{sample.headers.get('x-mailer', '')} {sample.headers.get('user-agent', '')}"
    found = _TOOL_PROGRAM.search(programs[:500])
    return found.group().lower() if found else None


def _is_automatic(sample: Sample) -> bool:
    """Mail that no person wrote: RFC 3834 marks, mailing lists, our own nudges."""
    headers = sample.headers
    if headers.get("auto-submitted", "no").strip().lower() != "no" or "x-autoreply" in headers or "x-zuruf" in headers:
        return True
    if "list-id" in headers or "list-post" in headers:
        return True
    bulk = headers.get("precedence", "").strip().lower()
    return bulk in {"list", "junk", "auto_reply"} or _AUTOMATIC_SUBJECT.match(sample.subject) is not None
