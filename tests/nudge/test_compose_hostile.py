"""Whatever others wrote, the finished nudge goes to the rep alone, links nowhere else, and says one thing twice."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from selectolax.lexbor import LexborHTMLParser

from app.mail.letter import compose
from app.nudge.compose import NudgeFacts, Thread, compose_nudge
from app.nudge.contacts import CallReason, CallSuggestion
from app.nudge.phone_labels import NumberKind
from app.nudge.reminders import OwnRule, ReminderTone
from app.texts import LANGUAGES, TONES
from app.texts.reasons import Facts
from tests.nudge.test_compose import ALLOWED, ANNA, FACTS, NOW, REP, SAME_TEXT, SLOT

NAMES = [
    *("from", "to", "reply-to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress"),
    *("x-zuruf", "mime-version", "content-type"),
]
THREADING = {"in-reply-to", "references"}
TELEPHONES = {"tel:+498999998123", "tel:+498999998123;ext=45"}
INJECTION = "=?utf-8?q?Anna=0D=0ABcc:_x@y.example?="
LINK = re.compile(r"\w+://\S+|www\.\S+|\b(?:mailto|tel|sms):\S+", re.IGNORECASE)

hostile = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "Anna\r\nBcc: boss@keller-maschinen.example",
            INJECTION,
            f"Größe {INJECTION}",
            '"><a href="https://evil.example">Anna</a>',
            "</style><script>alert(1)</script><img src=x>",
            "https://evil.example/login",
            "www.evil.example mailto:x@evil.example tel:+49900123456",
            "{{ 7 * 7 }} %(n)s %s {% raw %} %(name)s",
            "\u202ereltub\u2066 \u0000\u2028x",
            "An\u200bna \u200eWe\u00adber\ufeff",
            "&lt;b&gt; &amp; \u00a0 ]]> --> ;:,\\n",
            "x" * 5000,
            "Wort " * 2000,
        ]
    ),
)
moments = st.datetimes(datetime(1995, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
suggestions = st.builds(
    lambda name, address, role, topic, kind, why, extension: replace(
        ANNA,
        name=name,
        address=f"{address}@weber.example",
        role=role,
        talking_point=(topic, NOW),
        why=why,
        extension=extension,
        number=ANNA.number if kind else None,
        number_display=ANNA.number_display if kind else None,
        number_kind=kind,
        found_in_date=NOW if kind else None,
    ),
    hostile,
    hostile,
    st.none() | hostile,
    hostile,
    st.none() | st.sampled_from(list(NumberKind)),
    st.lists(st.sampled_from(list(CallReason)), unique=True).map(tuple),
    st.none() | st.just("45"),
)


@st.composite
def nudges(draw: st.DrawFn) -> NudgeFacts:
    first = draw(moments)
    reason: tuple[str, Facts] = ("sequence_tool", {"tool": draw(hostile)})
    thread = Thread(f"<{draw(hostile)}@x.example>", tuple(draw(st.lists(hostile, max_size=3))))
    people: list[CallSuggestion] = draw(st.lists(suggestions, max_size=4))
    return replace(
        FACTS,
        message_id=f"<{draw(st.integers(0, 10**6))}@zuruf.example>",
        language=draw(st.sampled_from(LANGUAGES)),
        tone=draw(st.sampled_from(TONES)),
        subject=draw(hostile),
        copies=draw(st.integers(1, 10_000)),
        recipients=draw(st.sampled_from([1, 2, 9, 10_000])),
        first_sent_at=first,
        last_sent_at=first + timedelta(hours=draw(st.integers(0, 200))),
        reasons=[reason, SAME_TEXT],
        suggestions=people,
        thread=draw(st.none() | st.just(thread)),
        noted_at=draw(st.none() | moments),
        own_rule=draw(st.none() | st.builds(OwnRule, st.integers(2, 500), st.sampled_from(ReminderTone))),
        call_slot=draw(st.none() | st.just(SLOT)),
    )


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def substance(text: str) -> str:
    """What is said, without spaces, punctuation, links and capitals."""
    return "".join(filter(str.isalnum, re.sub(r"https://\S+", "", text))).casefold()


WORST = replace(ANNA, name=INJECTION, role=INJECTION, talking_point=(INJECTION, NOW))


@settings(deadline=None)
@given(nudges())
@example(replace(FACTS, subject=INJECTION, recipients=10_000, suggestions=[WORST] * 3, call_slot=SLOT))
def test_the_octets_have_one_recipient_and_the_exact_header(facts: NudgeFacts) -> None:
    raw = compose(compose_nudge(facts))
    mail = read(raw)
    written = sorted(name.lower() for name in mail)
    assert [name for name in written if name not in THREADING] == sorted(NAMES)
    assert [address.addr_spec for name in ("From", "To", "Reply-To") for address in mail[name].addresses] == [REP] * 3
    assert re.search(rb"\n(bcc|cc|resent-[a-z]+):", raw.partition(b"\r\n\r\n")[0], re.IGNORECASE) is None
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@settings(deadline=None)
@given(nudges())
def test_no_link_leads_elsewhere(facts: NudgeFacts) -> None:
    letter = compose_nudge(facts)
    page = LexborHTMLParser(letter.html)
    targets = {node.attributes.get("href") for node in page.css("[href]")}
    assert ALLOWED <= targets <= ALLOWED | TELEPHONES
    assert not page.css("img, script, link, iframe, object, form, svg, [src], [onclick]")
    assert set(LINK.findall(letter.text)) == ALLOWED
    assert set(LINK.findall(page.body.text() if page.body else "")) == set()
    assert all(len(line) <= 76 for line in letter.text.splitlines() if "://" not in line)


@settings(deadline=None)
@given(nudges())
def test_text_and_html_say_the_same(facts: NudgeFacts) -> None:
    letter = compose_nudge(facts)
    body = LexborHTMLParser(letter.html).body
    assert body is not None
    assert substance(body.text()) == substance(letter.text)


@settings(deadline=None)
@given(nudges())
def test_the_appointment_reads_back_and_invites_nobody(facts: NudgeFacts) -> None:
    letter = compose_nudge(facts)
    if letter.calendar is None:
        assert facts.call_slot is None or not any(one.number for one in facts.suggestions[:3])
        return
    part = next(part for part in read(compose(letter)).walk() if part.get_content_type() == "text/calendar")
    octets = part.get_payload(decode=True)
    assert octets == letter.calendar
    calendar = Calendar.from_ical(letter.calendar)
    assert (calendar["method"], part.get_param("method")) == ("PUBLISH", "PUBLISH")
    assert [event["uid"] for event in calendar.events] == [f"call-{facts.message_id.strip('<>')}"]
    assert not {"ATTENDEE", "ORGANIZER", "ATTACH", "URL"} & set(calendar.events[0])
    assert max(map(len, letter.calendar.split(b"\r\n"))) <= 75
