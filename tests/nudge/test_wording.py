"""How a nudge speaks of days, people and what others wrote."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.nudge.moments import SpokenDays
from app.nudge.quoting import bare_subject, quoted
from app.nudge.wording import spoken_fact
from app.texts import Language, translator

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


@pytest.mark.parametrize(
    ("is_over", "copies", "recipients", "english", "german"),
    [
        (False, 9, 9, "This text has gone to 9 people today.", "Dieser Text ging heute an 9 Personen."),
        (True, 9, 9, "This text went to 9 people today.", "Dieser Text ging heute an 9 Personen."),
        (True, 1, 40, "One mail went to 40 people today.", "Eine Mail ging heute an 40 Personen."),
    ],
)
def test_the_fact_is_one_plain_sentence(is_over: bool, copies: int, recipients: int, english: str, german: str) -> None:
    assert spoken_fact(translator("en"), "today", is_over, copies, recipients) == english
    assert spoken_fact(translator("de"), "heute", is_over, copies, recipients) == german


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Angebot 3.5 mm, z.B. für 1.250,00 €", "Angebot 3.5 mm, z.B. für 1.250,00 €"),
        ("Anna\r\nBcc: x", "Anna Bcc: x"),
        ("An\u202ena\u2066 We\u200bber", "Anna Weber"),
        ("https://evil.example/login", "https //evil·example/login"),
        ("www.evil.example", "www·evil·example"),
        ("mail an x@evil.example", "mail an x@evil·example"),
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
