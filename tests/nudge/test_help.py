"""The help with an answer: short, below the answer, and every word in it works."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest

from app.mail.letter import compose
from app.nudge.answers import AnswerKind, read_answer
from app.nudge.compose import Thread
from app.nudge.help import WORDS, HelpFacts, compose_help
from app.texts import LANGUAGES, Language, translator

NOW = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
FACTS = HelpFacts(
    rep="jonas@keller-maschinen.example",
    language="de",
    tone="sie",
    now=NOW,
    message_id="<nudge.2@zuruf.invalid>",
    page="https://zuruf.example/sends/1",
    thread=Thread("<answer@keller-maschinen.example>", ("<nudge.1@zuruf.invalid>",)),
    subject="Angebot Frästeile",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_understood_as_what_it_says(language: Language) -> None:
    texts = translator(language)
    read = [read_answer(texts.gettext(word), "Re: x", NOW, ZoneInfo("Europe/Berlin")) for word, _ in WORDS]
    assert [answer.kind for answer in read] == [
        AnswerKind.CALLED,
        AnswerKind.WILL_CALL,
        AnswerKind.LATER,
        AnswerKind.NOT_A_TEMPLATE,
        AnswerKind.NOT_FOR_PERSON,
        AnswerKind.STOP,
        AnswerKind.UNDO,
    ]


def test_it_stands_below_the_answer_and_says_what_it_is() -> None:
    mail = message_from_bytes(compose(compose_help(FACTS)), policy=policy.default)
    assert (mail["To"], mail["Subject"]) == (FACTS.rep, "Re: Angebot Frästeile")
    assert mail["In-Reply-To"] == "<answer@keller-maschinen.example>"
    assert mail["References"] == "<nudge.1@zuruf.invalid> <answer@keller-maschinen.example>"
    assert (mail["X-Zuruf"], mail["Auto-Submitted"]) == ("help", "auto-generated")


@pytest.mark.parametrize("kind", ["text", "html"])
def test_both_parts_name_words_and_page(kind: str) -> None:
    body = getattr(compose_help(FACTS), kind)
    assert all(word in body for word in ("angerufen", "rückgängig", "stopp", FACTS.page))
