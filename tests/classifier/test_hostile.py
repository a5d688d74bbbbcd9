"""Hostile and broken input: always a judgement, never an exception."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import Judge, OutboxMemory, Sample, skeleton
from tests.classifier.mails import KEY, TEMPLATE_DE, mail

MEGABYTE = 1_000_000
SHARED = Judge.load()
BODIES = {
    "empty": "",
    "white": " \n\t\r\n" * 1000,
    "one long word": "a" * MEGABYTE,
    "one long line": "wort " * (MEGABYTE // 5),
    "only line ends": "\n" * MEGABYTE,
    "quotes": "> a\n" * (MEGABYTE // 4),
    "attributions": "Am 1.1. schrieb a@b.example:\n" * 20_000,
    "wrapped attributions": "On 1 Jan\na@b.example:\n" * 20_000,
    "header blocks": "Von: x\nAn: y\n" * 50_000,
    "open braces": "{{" * (MEGABYTE // 2),
    "merge fields": "[Name] " * (MEGABYTE // 7),
    "addresses": "a@" * (MEGABYTE // 2),
    "combining marks": "a" + "\u0300\u0316" * (MEGABYTE // 2),
    "look-alikes": "\u0430\u0435\u043e " * (MEGABYTE // 4),
    "emoji": "\U0001f469\u200d\U0001f527" * 100_000,
    "right to left": "\u202e\u05e9\u05dc\u05d5\u05dd " * 50_000,
    "surrogates": "\ud800" * 1000,
    "thanks": "vielen dank " * 80_000,
    "disclaimers": "This email " * 90_000,
    "numbers": "1.2.3,4/5 " * 100_000,
    "null": "\x00" * MEGABYTE,
}
HTML = {
    "nested": "<div>" * 100_000,
    "images": "<img " * 100_000,
    "open tag": "<" * 500_000,
    "comments": "<!--" * 100_000,
    "quotation": "<blockquote>" * 50_000 + "Hallo",
    "unclosed script": "<script>" + "a" * 500_000,
}


@pytest.mark.parametrize("name", BODIES)
def test_any_body_is_judged(judge: Judge, name: str) -> None:
    judgement = judge.judge("1", Sample(BODIES[name][:200], BODIES[name]), OutboxMemory(KEY))
    assert 0.0 <= judgement.score <= 1.0
    assert len(judgement.remembered.sketch) <= 1300


@pytest.mark.parametrize("name", HTML)
def test_any_html_is_judged(judge: Judge, name: str) -> None:
    assert not judge.judge("1", Sample("", "", HTML[name]), None).flagged


@pytest.mark.parametrize("name", BODIES)
def test_any_body_can_be_explained(judge: Judge, name: str) -> None:
    body = BODIES[name]
    assert all(0 <= phrase.start < phrase.end <= len(body) for phrase in judge.explain(Sample("", body)))


def test_five_thousand_recipients_are_judged_and_remembered_small(judge: Judge) -> None:
    people = tuple(f"person{number}@firma{number}.example" for number in range(5000))
    names = tuple(f"Person Nummer{number}" for number in range(5000))
    judgement = judge.judge("1", mail(TEMPLATE_DE, recipients=people, recipient_names=names), OutboxMemory(KEY))
    assert len(judgement.remembered.recipients) == 64
    assert {"count": 5000} in [dict(reason.facts) for reason in judgement.reasons]


@given(st.text(max_size=400), st.text(max_size=60), st.text(max_size=200))
def test_random_text_is_judged(body: str, subject: str, html: str) -> None:
    judgement = SHARED.judge("1", Sample(subject, body, html), None)
    assert 0.0 <= judgement.score <= 1.0
    SHARED.explain(Sample(subject, body))


@given(st.lists(st.text(max_size=200), max_size=5))
def test_random_texts_have_a_skeleton(texts: list[str]) -> None:
    segments = skeleton(texts)
    assert all(one.text is not None or other.text is not None for one, other in pairwise(segments))


def test_long_texts_of_one_word_have_a_skeleton() -> None:
    assert skeleton(["wort " * 100_000, "wort " * 90_000])


def test_odd_addresses_and_names_are_taken(judge: Judge) -> None:
    odd = ("", "@", "a@", "@b", "a b c", "ä@ö.example", "x" * 100_000)
    judgement = judge.judge("1", mail(TEMPLATE_DE, recipients=odd, recipient_names=odd, sender="@"), OutboxMemory(KEY))
    assert 0.0 <= judgement.score <= 1.0


def test_times_far_apart_are_taken(judge: Judge) -> None:
    memory = OutboxMemory(KEY)
    for number, day in enumerate((-700_000, 0, 2_000_000)):
        judgement = judge.judge(str(number), mail(TEMPLATE_DE, number, days=day), memory)
    assert judgement.siblings == ()
