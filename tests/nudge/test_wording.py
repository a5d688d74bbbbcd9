"""How a nudge speaks of days, people and what others wrote."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.nudge.contacts import CallReason, CallSuggestion
from app.nudge.moments import SpokenDays
from app.nudge.phone_labels import NumberKind
from app.nudge.quoting import bare_subject, quoted
from app.nudge.spoken_people import spoken_name, spoken_person
from app.nudge.variants import Voice
from app.nudge.wording import next_step, spoken_fact
from app.texts import Language, language_of, translator

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)  # a Thursday


def days(language: Language) -> SpokenDays:
    return SpokenDays(translator(language), NOW, BERLIN)


@pytest.mark.parametrize(
    ("first", "last", "english", "german"),
    [
        (0, 0, "today", "heute"),
        (1, 1, "yesterday", "gestern"),
        (1, 0, "since yesterday", "seit gestern"),
        (3, 0, "since Monday", "seit Montag"),
        (6, 6, "on Friday", "am Freitag"),
        (7, 0, "since 5 March", "seit dem 5. März"),
        (9, 9, "on 3 March", "am 3. März"),
        (100, 2, "since 2 December 2025", "seit dem 2. Dezember 2025"),
    ],
)
def test_days_are_said_as_people_say_them(first: int, last: int, english: str, german: str) -> None:
    start, end = NOW - timedelta(days=first), NOW - timedelta(days=last)
    assert days("en").span(start, end).replace("\u00a0", " ") == english
    assert days("de").span(start, end).replace("\u00a0", " ") == german


def test_a_day_is_the_day_of_the_rep() -> None:
    late = datetime(2026, 3, 11, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
    assert days("en").span(late, late) == "today"


KEYS = [f"<{number}@zuruf.example>" for number in range(40)]


def facts_said(language: Language, when: str, is_over: bool, copies: int, recipients: int) -> set[str]:
    texts = translator(language)
    return {spoken_fact(Voice(texts, key), when, is_over, copies, recipients) for key in KEYS}


@pytest.mark.parametrize(
    ("is_over", "copies", "recipients", "english", "german"),
    [
        (False, 9, 9, "This text has gone to 9 people today.", "Dieser Text ist heute an 9 Personen gegangen."),
        (True, 9, 9, "This text went to 9 people today.", "Heute ging dieser Text an 9 Personen."),
        (True, 1, 40, "One mail went to 40 people today.", "40 Personen haben heute dieselbe Mail bekommen."),
        (True, 1, 12_000, "Today, one mail went to 12,000 people at once.", "Eine Mail ging heute an 12.000 Personen."),
    ],
)
def test_the_fact_is_one_plain_sentence(is_over: bool, copies: int, recipients: int, english: str, german: str) -> None:
    for language, when, sentence in (("en", "today", english), ("de", "heute", german)):
        said = facts_said(language_of(language), when, is_over, copies, recipients)
        assert sentence in said
        assert len(said) == 3
        assert all(one.count(".") - one.count("12.000") == 1 for one in said)


def test_the_same_nudge_says_the_same_and_another_may_say_it_otherwise() -> None:
    voices = [Voice(translator("de"), key) for key in KEYS]
    chosen = [voice.one_of("fact", "a", "b", "c") for voice in voices]
    assert chosen == [voice.one_of("fact", "a", "b", "c") for voice in voices]
    assert set(chosen) == {"a", "b", "c"}
    assert chosen != [voice.one_of("step", "a", "b", "c") for voice in voices]


def test_a_key_that_no_charset_holds_still_chooses() -> None:
    assert Voice(translator("en"), "\ud800").one_of("fact", "a") == "a"


def suggestion(name: str, *why: CallReason, number: str | None = None) -> CallSuggestion:
    kind = NumberKind.DIRECT if number else None
    return CallSuggestion(name, "x@weber.example", number, None, number, kind, NOW if number else None, why, None)


@pytest.mark.parametrize(
    ("suggestions", "recipients", "told"),
    [
        ([suggestion("Anna Weber", number="+498999998123")], 9, "call|ring"),
        ([suggestion("Anna Weber", CallReason.WAITS)], 9, "no phone number .*Anna Weber.* answer"),
        ([suggestion("Anna Weber")], 9, "no phone number .*Anna Weber.* ask"),
        ([suggestion("Anna Weber"), suggestion("Boris Lang")], 9, "no phone number.* (choose one|one of them)"),
        ([], 9, "written to you from a business address.*choose one|choose one.*from a business address"),
        ([], 1, "two more sentences"),
    ],
)
def test_there_is_always_one_easy_next_step(suggestions: list[CallSuggestion], recipients: int, told: str) -> None:
    for key in KEYS:
        assert re.search(told, next_step(Voice(translator("en"), key), suggestions, recipients))


def test_two_reasons_for_a_person_are_enough() -> None:
    why = (CallReason.WAITS, CallReason.ANSWERED, CallReason.NUMBER_KNOWN, CallReason.LONG_RELATIONSHIP)
    said = {spoken_person(Voice(translator("de"), key), days("de"), suggestion("Anna", *why)).why for key in KEYS}
    assert "Schrieb zuletzt und hat Ihnen schon geantwortet." in said
    assert not [sentence for sentence in said if "öfter" in sentence]


def test_a_person_without_a_name_is_called_by_the_address() -> None:
    assert spoken_name(suggestion("\u202e")) == "x"


def test_the_reader_is_addressed_in_one_tone() -> None:
    polite = re.compile(r"\b(?:Sie|Ihnen|Ihre?[mnrs]?)\b")
    for key in KEYS:
        said = next_step(Voice(translator("de", "du"), key), [suggestion("Anna", CallReason.WAITS)], 9)
        assert not polite.search(said)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Angebot 3.5 mm, z.B. für 1.250,00 €", "Angebot 3.5 mm, z.B. für 1.250,00 €"),
        ("Anna\r\nBcc: x", "Anna Bcc: x"),
        ("An\u202ena\u2066 We\u200bber", "Anna Weber"),
        ("https://evil.example/login", "https //evil·example/login"),
        ("www.evil.example", "www·evil·example"),
        ("mail an x@evil.example", "mail an x@evil·example"),
        ("mailto:anna TEL:0900123456, Tel: 0221", "mailto anna TEL 0900123456, Tel: 0221"),
    ],
)
def test_foreign_text_is_one_short_line_without_links(text: str, shown: str) -> None:
    assert quoted(text, 60) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Termin für die Vorführung", "Termin für die Vorführung"),
        ("Termin für die Vorführungen", "Termin für die…"),
        ("Vorführungsterminbestätigung", "Vorführungsterminbestäti…"),
    ],
)
def test_long_foreign_text_is_cut_between_words_if_it_can_be(text: str, shown: str) -> None:
    assert quoted(text, 25) == shown


@pytest.mark.parametrize("subject", ["Re: Angebot", "AW: WG: Angebot", "Re[2]: Angebot", "Angebot"])
def test_reply_marks_are_taken_off_a_subject(subject: str) -> None:
    assert bare_subject(subject) == "Angebot"
