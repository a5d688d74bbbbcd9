"""What a rep answers to a nudge, in the mails of many clients, and in wordings that nothing was learnt from."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import ROOT
from app.nudge.answer_text import own_sentences
from app.nudge.answers import Answer, AnswerKind, read_answer
from app.nudge.compose import compose_nudge
from app.texts import LANGUAGES, Language
from tests.nudge.reply_mails import CLIENTS, MARKING_CLIENTS, QUOTES, reply_mail
from tests.nudge.test_compose import CARLA, FACTS

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 10, 15, tzinfo=BERLIN)
NUDGES = {
    language: compose_nudge(
        replace(FACTS, language=language, now=NOW.astimezone(UTC), suggestions=[*FACTS.suggestions, CARLA])
    )
    for language in LANGUAGES
}


def read(language: Language, client: str, quote: str, text: str) -> Answer:
    nudge = NUDGES[language]
    mail = reply_mail(language, client, quote, text, nudge)
    return read_answer(mail, nudge.subject, NOW.astimezone(UTC), BERLIN)


def kind_of(text: str, subject: str = "Re: Neue Frässpindeln") -> AnswerKind:
    return read_answer(text, subject, NOW.astimezone(UTC), BERLIN).kind


def promised() -> list[tuple[str, AnswerKind]]:
    """The examples in the first table of docs/nudge-answers.md."""
    page = (ROOT / "docs" / "nudge-answers.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.split("\n\n")[2].splitlines()[2:]]
    kinds = {"not for this person": "not_for_person"}
    return [
        (example, AnswerKind(kinds.get(meaning, meaning.replace(" ", "_"))))
        for meaning, examples in rows
        for example in re.split(r", | · ", examples)
    ]


@pytest.mark.parametrize(("text", "kind"), promised())
def test_what_the_page_promises_is_understood(text: str, kind: AnswerKind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("quote", QUOTES)
def test_the_words_of_the_nudge_itself_are_never_an_answer(language: Language, client: str, quote: str) -> None:
    assert read(language, client, quote, "").kind is AnswerKind.UNKNOWN


@pytest.mark.parametrize(
    ("client", "quote"),
    # Below a quote without marks nobody can tell the answer from it.
    [(c, q) for c in CLIENTS for q in QUOTES if c in MARKING_CLIENTS or q not in ("bottom", "inline")],
)
def test_one_word_is_found_beside_every_quote(client: str, quote: str) -> None:
    assert read("de", client, quote, "angerufen").kind is AnswerKind.CALLED


@pytest.mark.parametrize(
    "text",
    [
        *("Stopp, nein, doch weiter so.", "Please do send more of these mails again", "Turn the machine off please"),
        *("Keine Mails mehr an Anna Weber", "Ich schreibe keine solchen Mails mehr", "No more emails from Ben please"),
        *("She says I should stop sending mails", "lass mich in Ruhe telefonieren", "Stop. Just kidding, don't stop."),
    ],
)
def test_what_may_be_meant_for_others_is_not_stop(text: str) -> None:
    assert kind_of(text) is not AnswerKind.STOP


@pytest.mark.parametrize(
    "text", ["angerufen. Falsch, das war keine Vorlage", "stop\ncalled her", "Stopp, ruf sie morgen an"]
)
def test_answers_that_contradict_each_other_are_unknown(text: str) -> None:
    assert kind_of(text) is AnswerKind.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "Already called. All good, meeting booked for Thursday.",
        "Spoke to her. Meeting scheduled for Monday at ten.",
        "Had a good chat, meeting set up for Friday.",
        "Yes, called. Meeting pencilled in for the 12th.",
        "Done. Meeting with Carla set for Friday 10am.",
        "Reached Ben, meeting arranged.",
        "Schon angerufen. Alles gut, Termin für Donnerstag vereinbart.",
        "Hab ihn erreicht, Meeting am Dienstag um 14 Uhr eingetragen.",
        "War ein gutes Gespräch, Videokonferenz am Mittwoch angesetzt.",
        "Angerufen. Termin Donnerstag 10 Uhr.",
    ],
)
def test_a_meeting_that_came_of_a_call_is_no_further_call(text: str) -> None:
    assert kind_of(text) is AnswerKind.CALLED


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Nobody there, call booked for Thursday.", datetime(2026, 3, 5, 9, tzinfo=BERLIN)),
        ("Meeting booked for Thursday, will call before.", datetime(2026, 3, 5, 9, tzinfo=BERLIN)),
        ("keiner da, Telefontermin am Donnerstag um 10 vereinbart", datetime(2026, 3, 5, 10, tzinfo=BERLIN)),
        ("Called, she was busy, ringing again on Thursday", datetime(2026, 3, 5, 9, tzinfo=BERLIN)),
    ],
)
def test_a_call_agreed_on_is_a_further_call(text: str, when: datetime) -> None:
    assert read_answer(text, "", NOW.astimezone(UTC), BERLIN) == Answer(AnswerKind.WILL_CALL, when=when)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("lieber später, am Montag um 10 Uhr", datetime(2026, 3, 9, 10, tzinfo=BERLIN)),
        ("Hallo, lieber später, am Montag um 10 Uhr", datetime(2026, 3, 9, 10, tzinfo=BERLIN)),
        ("Guten Morgen,\nlieber später, am Montag um 10 Uhr", datetime(2026, 3, 9, 10, tzinfo=BERLIN)),
        ("Lieber morgen, um 10 Uhr", datetime(2026, 3, 5, 10, tzinfo=BERLIN)),
        ("lieber Montag, um 9", datetime(2026, 3, 9, 9, tzinfo=BERLIN)),
        ("Lieber am Donnerstag, so gegen drei", datetime(2026, 3, 5, 15, tzinfo=BERLIN)),
        ("Hi Zuruf, lieber nächste Woche, Dienstag um 11 Uhr", datetime(2026, 3, 10, 11, tzinfo=BERLIN)),
        ("Lieber Zuruf, am Montag bitte nochmal", datetime(2026, 3, 9, 9, tzinfo=BERLIN)),
        ("lieber nicht jetzt, danke", None),
        ("Morning is bad, Monday at 10 please", datetime(2026, 3, 9, 10, tzinfo=BERLIN)),
        ("rather Monday, at 10", datetime(2026, 3, 9, 10, tzinfo=BERLIN)),
        ("Dear Zuruf, later please, Thursday 3pm", datetime(2026, 3, 5, 15, tzinfo=BERLIN)),
        ("Hey not now, maybe Monday", datetime(2026, 3, 9, 9, tzinfo=BERLIN)),
    ],
)
def test_what_only_begins_like_a_greeting_is_read(text: str, when: datetime | None) -> None:
    answer = read_answer(text, "", NOW.astimezone(UTC), BERLIN)
    assert (answer.kind, answer.when) == (AnswerKind.LATER, when)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Lieber Zuruf, angerufen.", AnswerKind.CALLED),
        ("Hallo Herr Freitag, angerufen", AnswerKind.CALLED),
        ("Hallo Frau Weber, morgen um 10", AnswerKind.WILL_CALL),
        ("Guten Morgen, bin im Termin", AnswerKind.LATER),
        ("Lieber nicht Frau Weber, danke", AnswerKind.NOT_FOR_PERSON),
        ("Hallo ihr Lieben, stopp", AnswerKind.STOP),
        ("hi tom, stop please", AnswerKind.STOP),
    ],
)
def test_a_greeting_is_no_part_of_the_answer(text: str, kind: AnswerKind) -> None:
    assert kind_of(text) is kind


def test_a_typed_subject_counts_where_the_mail_is_empty() -> None:
    assert kind_of("", "angerufen") is AnswerKind.CALLED


def test_the_subject_of_the_nudge_does_not_count() -> None:
    assert kind_of("", "AW: Re: Stopp") is AnswerKind.UNKNOWN


def test_a_letter_is_not_an_answer() -> None:
    assert kind_of("Stopp.\n" * 9) is AnswerKind.UNKNOWN


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    answer = read_answer(text, text, NOW.astimezone(UTC), BERLIN)
    assert answer.when is None or answer.when > NOW


def test_a_sentence_without_an_end_is_read_in_part_only() -> None:
    (sentence,) = own_sentences("stopp, " * 9000)
    assert len(sentence.words) == 60
