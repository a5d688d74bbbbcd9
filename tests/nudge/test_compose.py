"""The nudge as a letter and as finished octets."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from selectolax.lexbor import LexborHTMLParser

from app.mail.letter import compose
from app.nudge.answers import read_answer
from app.nudge.compose import NudgeFacts, NudgeLinks, Thread, compose_nudge
from app.nudge.contacts import CallReason, CallSuggestion
from app.nudge.phone_labels import NumberKind
from app.nudge.reminders import OwnRule, ReminderTone
from app.texts import LANGUAGES, Language, language_of, translator
from app.texts.reasons import Facts

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)  # a Thursday
PAGE = "https://zuruf.example/n/"
LINKS = NudgeLinks(*(PAGE + end for end in ("called", "not", "later", "stop", "page", "will")))
ALLOWED = {PAGE + end for end in ("called", "not", "later", "stop", "page", "will")}
HINT = "Or simply answer this mail with a word: called, will do, later, wrong or stop."
REP = "jonas@keller-maschinen.example"
ANNA = CallSuggestion(
    name="Anna Weber",
    address="anna@weber.example",
    number="+498999998123",
    extension=None,
    number_display="089 99998123",
    number_kind=NumberKind.DIRECT,
    found_in_date=NOW - timedelta(days=9),
    why=(CallReason.WAITS, CallReason.ANSWERED, CallReason.NUMBER_KNOWN, CallReason.LONG_RELATIONSHIP),
    talking_point=("Rückfrage zur Frässpindel", NOW - timedelta(days=9)),
    role="Leitung Einkauf",
)
CARLA = replace(
    ANNA, name="Carla Stein", number=None, number_display=None, number_kind=None, found_in_date=None, why=(), role=None
)
WAITING = replace(CARLA, why=(CallReason.WAITS,))
SLOT = datetime(2026, 3, 13, 9, tzinfo=UTC)
SAME_TEXT: tuple[str, Facts] = ("same_text", {"siblings": 8, "recipients": 9, "percent": 94, "days": 3})
FACTS = NudgeFacts(
    rep=REP,
    language="de",
    now=NOW,
    zone=ZoneInfo("Europe/Berlin"),
    message_id="<n1@zuruf.example>",
    subject="Neue Frässpindeln",
    copies=9,
    recipients=9,
    first_sent_at=NOW - timedelta(days=3),
    last_sent_at=NOW,
    reasons=[SAME_TEXT],
    suggestions=[ANNA],
    links=LINKS,
    thread=Thread("<a2@keller-maschinen.example>", ("<a1@keller-maschinen.example>",)),
)


FACTS_AS_SHOWN = replace(FACTS, message_id="<62@zuruf.example>")


def text_of(facts: NudgeFacts) -> str:
    return compose_nudge(facts).text.replace("\u00a0", " ")


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def told(facts: NudgeFacts) -> list[str]:
    """The text under forty keys, so that each wording comes up."""
    return [text_of(replace(facts, message_id=f"<{number}@zuruf.example>")) for number in range(40)]


def test_the_german_nudge_reads_from_the_fact_to_the_answers() -> None:
    expected = f"""\
Dieser Text ist seit Montag an 9 Personen gegangen.

Vielleicht passt jetzt ein kurzer Anruf:

Anna Weber, Leitung Einkauf
  Schrieb zuletzt und hat Ihnen schon geantwortet.
  089 99998123 (Durchwahl, aus der Mail vom 3. März)
  Zum Anknüpfen: „Rückfrage zur Frässpindel“ (3. März)

Woran Zuruf das erkannt hat:
- 94 % des Textes stehen auch in 8 anderen Mails der letzten 3 Tage.

Ihre Antwort:
- Ich habe angerufen:
  {PAGE}called
- Ich rufe an:
  {PAGE}will
- Auf später verschieben:
  {PAGE}later
- Das ist keine Vorlage:
  {PAGE}not
- Zu diesem Text nichts mehr:
  {PAGE}stop

Oder antworten Sie einfach mit einem Wort auf diese Mail: angerufen, mach
ich, später, falsch oder stopp.

Mails ansehen:
{PAGE}page

Nur Sie haben diese Mail. Zuruf hat sie in Ihr eigenes Postfach gelegt.
Zuruf nennt nur Personen, die Ihnen von einer geschäftlichen Adresse
geschrieben haben; ob ein Anruf willkommen ist, beurteilen Sie selbst.
"""
    assert text_of(FACTS_AS_SHOWN) == expected


def test_the_english_nudge_says_the_same() -> None:
    text = text_of(replace(FACTS, language="en"))
    assert re.match(r"(This text|Since Monday, this text|9 people) (has|have) .*\n\n(Perhaps|The easiest|If you)", text)
    assert "  089 99998123 (direct line, from the mail of 3 March)\n" in text
    assert "- 94% of the text is also in 8 other mails from the last 3 days.\n" in text


def test_the_familiar_nudge_never_says_sie() -> None:
    for text in told(replace(FACTS, tone="du", noted_at=NOW - timedelta(days=9), call_slot=SLOT)):
        assert "Nur du hast diese Mail." in text
        assert not re.search(r"\b(Sie|Ihnen|Ihre?[mnrs]?)\b", text)


def test_ten_nudges_in_a_row_do_not_read_alike() -> None:
    openings = [text.split("Woran")[0] for text in told(FACTS)]
    assert all(len(set(openings[start : start + 10])) >= 8 for start in range(30))


def test_writing_a_nudge_once_more_writes_the_same_octets() -> None:
    facts = replace(FACTS, call_slot=SLOT)
    raw, again = compose(compose_nudge(facts)), compose(compose_nudge(facts))
    boundary = re.compile(rb"={15}\d+==")
    assert boundary.sub(b"", raw) == boundary.sub(b"", again)


def test_every_word_that_may_be_answered_is_understood() -> None:
    meant = ["called", "will_call", "later", "not_a_template", "stop"]
    for language, tone in (("en", "sie"), ("de", "sie"), ("de", "du")):
        hint = translator(language_of(language), "du" if tone == "du" else "sie").gettext(HINT)
        words = re.split(r", | or | oder ", hint.partition(": ")[2].rstrip("."))
        assert [read_answer(word, "Re: x", NOW, FACTS.zone).kind for word in words] == meant


def test_a_nudge_answers_the_newest_send() -> None:
    letter = compose_nudge(FACTS)
    assert letter.subject == "Re: Neue Frässpindeln"
    assert letter.in_reply_to == "<a2@keller-maschinen.example>"
    assert letter.references == ("<a1@keller-maschinen.example>", "<a2@keller-maschinen.example>")


def test_a_subject_that_is_an_answer_already_stays_as_it_is() -> None:
    assert compose_nudge(replace(FACTS, subject="AW: Neue Frässpindeln")).subject == "AW: Neue Frässpindeln"


def test_a_send_without_subject_is_answered_too() -> None:
    assert compose_nudge(replace(FACTS, subject="")).subject == "Re: (ohne Betreff)"


def test_a_nudge_can_stand_alone() -> None:
    letter = compose_nudge(replace(FACTS, thread=None))
    assert "„Neue Frässpindeln“" in letter.subject
    assert (letter.in_reply_to, letter.references) == (None, ())


def test_a_lone_nudge_about_a_send_without_subject_has_the_fact_for_one() -> None:
    letter = compose_nudge(replace(FACTS, thread=None, subject=" "))
    assert f"{letter.subject}." == letter.text.partition("\n")[0]


def test_a_lone_nudge_has_one_of_several_subjects() -> None:
    alone = replace(FACTS, thread=None)
    subjects = {compose_nudge(replace(alone, message_id=f"<{number}@zuruf.example>")).subject for number in range(40)}
    assert subjects == {
        "„Neue Frässpindeln“ ging an 9 Personen",
        "9 Personen haben „Neue Frässpindeln“ bekommen",
        "Ein Anruf zu „Neue Frässpindeln“?",
    }


def test_a_nudge_about_one_mail_says_so() -> None:
    for text in told(replace(FACTS, copies=1, recipients=1, first_sent_at=NOW)):
        assert re.match(r"Eine Mail, die Sie heute|Heute haben Sie eine Mail geschickt", text)


def test_a_second_nudge_about_a_text_says_that_it_is_one() -> None:
    for text in told(replace(FACTS, noted_at=NOW - timedelta(days=9))):
        assert re.search(r"Zu diesem Text gab es schon am 3. März|Text kennen Sie aus dem Hinweis vom 3. März", text)


def reminders(sound: ReminderTone, **changed: Any) -> list[str]:
    """Forty of them, without what follows on the next step."""
    facts = replace(FACTS, own_rule=OwnRule(8, sound), **changed)
    return [" ".join(text.partition("\nAnna Weber")[0].split()) for text in told(facts)]


def test_a_gentle_reminder_by_the_own_rule_leaves_time() -> None:
    for text in reminders(ReminderTone.GENTLE):
        assert re.search(r"mehr als 8 Personen .*(Es eilt nicht|ist das auch gut)", text)
        assert re.search(r"Vielleicht passt|vielleicht am einfachsten|Wenn Sie fünf Minuten haben", text)


def test_a_plain_reminder_only_tells() -> None:
    for text in reminders(ReminderTone.PLAIN):
        assert re.search(r"8 aus Ihrer eigenen Regel|Ihre eigene Regel: eine Erinnerung bei mehr als 8 Personen", text)
        assert text.endswith("Anrufen könnten Sie Anna Weber:")


def test_a_frank_reminder_asks_for_the_call_at_once() -> None:
    for text in reminders(ReminderTone.FRANK, tone="du"):
        assert re.search(r"klares Wort, sobald .* mehr als 8|Mehr als 8 Personen: Das ist die Marke", text)
        assert re.search(r"Ruf Anna Weber an, bevor du|Nimm dir jetzt fünf Minuten und ruf Anna Weber an:", text)


@pytest.mark.parametrize("tone", ReminderTone)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("people", [[], [ANNA], [ANNA, CARLA], [CARLA], [CARLA, CARLA], [WAITING], [WAITING, CARLA]])
def test_no_reminder_blames_or_counts_what_was_left_undone(
    tone: ReminderTone, language: Language, people: list[CallSuggestion]
) -> None:
    facts = replace(FACTS, language=language, suggestions=people, own_rule=OwnRule(8, tone))
    for text in told(facts):
        said = re.split("Woran|Why", text)[0]
        assert not re.search(r"%|leider|wieder|immer noch|müss|soll|again|unfortunately|should|must", said)


def test_what_was_put_off_comes_back_without_the_rule() -> None:
    text = text_of(replace(FACTS, own_rule=OwnRule(8, ReminderTone.FRANK), is_again=True))
    assert "Wie gewünscht kommt dieser Hinweis noch einmal." in text


def test_without_anybody_to_call_there_is_another_next_step() -> None:
    for text in told(replace(FACTS, suggestions=[])):
        assert re.search(r"Zuruf kennt hier niemanden|Einen\sAnruf\sschlägt\sZuruf\snur\svor", text)
        assert "ob ein Anruf willkommen ist" not in text


def test_without_a_number_there_is_another_next_step() -> None:
    for text in told(replace(FACTS, suggestions=[CARLA])):
        assert re.search(r"steht\skeine\sTelefonnummer|Telefonnummer\svon\sCarla\sStein\shat\sZuruf\snicht", text)
        assert text.count("Telefonnummer") == 1


def test_beside_people_with_numbers_one_without_is_said_to_have_none() -> None:
    assert "\n  In den Mails steht keine Telefonnummer.\n" in text_of(replace(FACTS, suggestions=[ANNA, CARLA]))


def test_no_more_than_three_people_are_named() -> None:
    assert compose_nudge(replace(FACTS, suggestions=[ANNA] * 10)).html.count('href="tel:') == 3


def test_an_answer_without_a_link_is_left_out() -> None:
    links = NudgeLinks(PAGE + "called", PAGE + "not", PAGE + "later", PAGE + "stop", PAGE + "page")
    text = text_of(replace(FACTS, links=links))
    assert "Ich rufe an" not in text
    assert "Nicht bei dieser Person" not in text


def test_an_appointment_is_attached_where_there_is_somebody_to_call() -> None:
    letter = compose_nudge(replace(FACTS, suggestions=[CARLA, ANNA], call_slot=SLOT))
    assert "den Anruf bei Anna Weber" in " ".join(letter.text.split())
    assert "Freitag, 13. März, 10:00 Uhr" in " ".join(letter.text.split())
    event = Calendar.from_ical(letter.calendar or b"").events[0]
    assert event["summary"] == "Anna Weber anrufen"
    assert str(event["description"]).startswith("089 99998123\n")
    assert event["uid"] == "call-n1@zuruf.example"


@pytest.mark.parametrize("facts", [{"call_slot": None}, {"suggestions": []}, {"suggestions": [CARLA]}])
def test_otherwise_there_is_no_appointment(facts: dict[str, Any]) -> None:
    letter = compose_nudge(replace(replace(FACTS, call_slot=SLOT), **facts))
    assert letter.calendar is None
    assert "Termin" not in letter.text


def test_an_extension_is_shown_and_dialled() -> None:
    letter = compose_nudge(replace(FACTS, suggestions=[replace(ANNA, extension="45")]))
    assert "089 99998123, Durchwahl 45" in letter.text
    assert 'href="tel:+498999998123;ext=45"' in letter.html


def test_reasons_that_speak_against_are_left_out() -> None:
    against: tuple[str, Facts] = ("reply", {})
    assert "Dagegen" not in text_of(replace(FACTS, reasons=[against, SAME_TEXT]))


def test_no_more_than_three_reasons_are_given() -> None:
    reasons: list[tuple[str, Facts]] = [SAME_TEXT, ("opt_out", {}), ("call_to_action", {}), ("tracking_pixel", {})]
    assert "unsichtbares Bild" not in text_of(replace(FACTS, reasons=reasons))


def test_the_html_has_its_language_and_headings_in_order() -> None:
    page = LexborHTMLParser(compose_nudge(replace(FACTS, suggestions=[ANNA, CARLA])).html)
    assert [node.attributes["lang"] for node in page.css("html")] == ["de"]
    assert [node.tag for node in page.css("h1, h2, h3")] == ["h1", "h2", "h2", "h2", "h2"]
    assert all(node.text(strip=True) for node in page.css("a"))


def test_the_html_brings_its_styles_and_nothing_from_elsewhere() -> None:
    html = compose_nudge(FACTS).html
    assert '<a href="tel:+498999998123" style="' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert not re.search(r"<(?:img|link|script|iframe|object|form)|url\(|@import|src=", html)


def test_the_finished_mail_goes_to_the_rep_alone() -> None:
    mail = read(compose(compose_nudge(FACTS)))
    assert (mail["To"], mail["X-Zuruf"]) == (REP, "nudge")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
