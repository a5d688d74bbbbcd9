"""What a digest says, and that no word of others becomes more than a word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest

from app.mail.letter import compose
from app.nudge.compose import NudgeLinks
from app.nudge.contacts import CallReason, CallSuggestion
from app.nudge.digest_letter import DigestFacts, DigestPart, compose_digest
from app.nudge.phone_labels import NumberKind

NOW = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
LINKS = NudgeLinks(*(f"https://zuruf.example/a/{end}" for end in ("called", "wrong", "later", "stop", "page")))
ANNA = CallSuggestion(
    name="Anna Weber",
    address="anna.weber@weber-guss.example",
    number="+498999998123",
    extension=None,
    number_display="089 99998123",
    number_kind=NumberKind.DIRECT,
    found_in_date=NOW - timedelta(days=9),
    why=(CallReason.WAITS,),
    talking_point=None,
)
PART = DigestPart("Neue Frässpindeln", 9, 9, NOW - timedelta(days=3), NOW - timedelta(days=1), ANNA, LINKS)
FACTS = DigestFacts(
    rep="jonas@keller-maschinen.example",
    language="de",
    tone="sie",
    now=NOW,
    zone=ZoneInfo("Europe/Berlin"),
    message_id="<digest.1@zuruf.invalid>",
    parts=(PART, replace(PART, subject="Wartungsverträge", person=None)),
    settings="https://zuruf.example/mailboxes/1#rules",
)


def test_each_text_has_its_fact_and_its_links_and_the_call_where_there_is_somebody() -> None:
    text = compose_digest(FACTS).text
    assert all(words in text for words in ("1. Neue Frässpindeln", "2. Wartungsverträge", "089 99998123"))
    assert [text.count(label) for label in ("Ich habe angerufen:", "Das ist keine Vorlage:")] == [1, 2]


def test_the_number_can_be_dialled_from_the_mail() -> None:
    assert 'href="tel:+498999998123"' in compose_digest(FACTS).html


def test_words_of_others_stay_words() -> None:
    hostile = replace(PART, subject="<script>x</script>\r\nBcc: a@b.example =?utf-8?q?=0ABcc:x?=", person=ANNA)
    letter = compose_digest(replace(FACTS, parts=(hostile, replace(hostile, recipients=1))))
    mail = message_from_bytes(compose(letter), policy=policy.default)
    assert (mail["To"], mail["Bcc"], mail["X-Zuruf"]) == (FACTS.rep, None, "digest")
    assert "<script" not in letter.html


@pytest.mark.parametrize("subject", ["", "\u202e", "x" * 3000])
def test_a_text_without_a_fit_subject_still_has_a_name(subject: str) -> None:
    letter = compose_digest(replace(FACTS, parts=(replace(PART, subject=subject),)))
    assert 0 < len(letter.subject) < 250


def test_what_comes_once_more_says_so_and_offers_no_third_time() -> None:
    text = compose_digest(replace(FACTS, is_again=True)).text
    assert text.startswith("Wie gewünscht kommt diese Mail noch einmal.")
    assert "später" not in text
