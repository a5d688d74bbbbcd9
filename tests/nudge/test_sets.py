"""Replies of the sets in every style: read as they are meant, and never a wrong stop."""

from collections.abc import Iterable, Sequence
from datetime import UTC

import phonenumbers
import pytest

from app.nudge.answers import Answer, AnswerKind, read_answer
from app.nudge.phone_labels import NumberKind
from app.texts import LANGUAGES
from tests.nudge.reply_mails import CLIENTS, QUOTES, reply_mail
from tests.nudge.sets import (
    FRESH_REPLIES,
    FRESH_SIGNATURES,
    Reply,
    learned_replies,
    read_replies,
    read_signatures,
)
from tests.nudge.test_answers import BERLIN, NOW, NUDGES

LEAST_RIGHT = 0.97
STYLES = ("outlook", "outlook html", "gmail", "gmail html", "apple_mail", "apple_mail html", "thunderbird", "none")
EVERY = 40  # of the learned replies, in each style


def read(reply: Reply, style: str | None = None) -> Answer:
    """The answer as it is read out of the reply's own style, or out of another."""
    client, _, quote = (style or reply.style).partition(" ")
    quote = quote or ("none" if client == "none" else "top")
    text = reply_mail(reply.language, client, quote, reply.text, NUDGES[reply.language])
    return read_answer(text, NUDGES[reply.language].subject, NOW.astimezone(UTC), BERLIN)


def is_right(reply: Reply, answer: Answer) -> bool:
    when = reply.when.replace(tzinfo=BERLIN) if reply.when else None
    return (answer.kind.value, answer.when, answer.person) == (reply.kind, when, reply.person)


def wrong_stops(replies: Iterable[Reply]) -> list[str]:
    return [one.text for one in replies if one.kind != "stop" and read(one).kind is AnswerKind.STOP]


def test_the_learned_replies_are_read_as_they_are_meant() -> None:
    replies = learned_replies()
    assert sum(is_right(reply, read(reply)) for reply in replies) / len(replies) >= LEAST_RIGHT


@pytest.mark.parametrize("style", STYLES)
def test_a_reply_means_the_same_in_every_style(style: str) -> None:
    assert [one.text for one in learned_replies()[::EVERY] if read(one, style) != read(one, "none")] == []


@pytest.mark.parametrize("replies", [learned_replies(), read_replies(FRESH_REPLIES)], ids=["learned", "fresh"])
def test_no_reply_is_a_wrong_stop(replies: Sequence[Reply]) -> None:
    assert wrong_stops(replies) == []


def is_well_written(reply: Reply) -> bool:
    is_known = reply.language in LANGUAGES and reply.client in (*CLIENTS, "none") and reply.quote in QUOTES
    is_timed = reply.when is None or reply.kind in ("will_call", "later")
    is_named = reply.person is None or (reply.kind == "not_for_person" and reply.person in reply.text)
    return is_known and reply.kind in list(AnswerKind) and is_timed and is_named


@pytest.mark.parametrize("replies", [learned_replies(), read_replies(FRESH_REPLIES)], ids=["learned", "fresh"])
def test_rows_of_replies_are_well_written(replies: Sequence[Reply]) -> None:
    assert [one.text for one in replies if not is_well_written(one)] == []


def test_rows_of_signatures_are_well_written() -> None:
    for case in read_signatures(FRESH_SIGNATURES):
        assert case.address
        if case.number is not None:
            assert phonenumbers.is_valid_number(phonenumbers.parse(case.number[0]))
            assert case.expected.split()[1] in list(NumberKind)
