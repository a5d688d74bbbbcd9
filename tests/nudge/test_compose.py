"""The nudge as a letter and as finished octets."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from app.mail.letter import compose
from app.nudge.compose import NudgeFacts, NudgeLinks, Thread, compose_nudge
from app.nudge.contacts import CallReason, CallSuggestion
from app.nudge.phone_labels import NumberKind
from app.texts import Language
from app.texts.reasons import Facts

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)  # a Thursday
PAGE = "https://zuruf.example/n/"
LINKS = NudgeLinks(PAGE + "called", PAGE + "not", PAGE + "later", PAGE + "stop", PAGE + "page")
ALLOWED = {PAGE + end for end in ("called", "not", "later", "stop", "page")}
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
)
CARLA = replace(
    ANNA, name="Carla Stein", number=None, number_display=None, number_kind=None, found_in_date=None, why=()
)
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


def text_of(facts: NudgeFacts) -> str:
    return compose_nudge(facts).text.replace("\u00a0", " ")


def words(text: str) -> set[str]:
    return {word.strip("():,-") for word in text.split()} - {""}


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_german_nudge_reads_from_the_fact_to_the_answers() -> None:
    assert (
        text_of(FACTS)
        == f"""\
Dieser Text ging seit Montag an 9 Personen.

Vielleicht passt jetzt ein kurzer Anruf:

Anna Weber (schrieb zuletzt, hat Ihnen schon geantwortet, schreibt Ihnen
öfter)
  Durchwahl: 089 99998123 (aus der Mail vom 3. März)
  Zum Anknüpfen: „Rückfrage zur Frässpindel“ (3. März)

Woran Zuruf das erkannt hat:
- 94 % des Textes stehen auch in 8 anderen Mails der letzten 3 Tage.

Ihre Antwort:
- Ich habe angerufen:
  {PAGE}called
- Auf später verschieben:
  {PAGE}later
- Das ist keine Vorlage:
  {PAGE}not
- Zu diesem Text nichts mehr:
  {PAGE}stop
- Mails ansehen:
  {PAGE}page

Nur Sie haben diese Mail. Zuruf hat sie in Ihr eigenes Postfach gelegt.
Zuruf nennt nur Personen, die Ihnen von einer geschäftlichen Adresse
geschrieben haben. Ob ein Anruf passt, wissen Sie am besten.
"""
    )


def test_the_english_nudge_says_the_same() -> None:
    text = text_of(replace(FACTS, language="en"))
    assert text.startswith("This text has gone to 9 people since Monday.\n\nPerhaps this is a good moment for")
    assert "  Direct line: 089 99998123 (from the mail of 3 March)\n" in text
    assert "- 94% of the text is also in 8 other mails from the last 3 days.\n" in text


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
    assert letter.subject == "„Neue Frässpindeln“ ging an 9 Personen"
    assert (letter.in_reply_to, letter.references) == (None, ())


def test_a_lone_nudge_about_a_send_without_subject_has_the_fact_for_one() -> None:
    letter = compose_nudge(replace(FACTS, thread=None, subject=" "))
    assert letter.subject == "Dieser Text ging seit Montag an 9 Personen."


def test_a_nudge_about_one_mail_says_so() -> None:
    one = replace(FACTS, copies=1, recipients=1, first_sent_at=NOW)
    assert text_of(one).startswith("Eine Mail, die Sie heute geschickt haben, liest sich, als wäre sie für viele")


def test_without_anybody_to_call_there_is_another_next_step() -> None:
    text = text_of(replace(FACTS, suggestions=[]))
    assert "Für einen Anruf schlägt Zuruf hier niemanden vor" in text
    assert "geschäftlichen Adresse geschrieben haben" not in text


def test_without_a_number_there_is_another_next_step() -> None:
    assert "In den Mails von Carla Stein steht keine Telefonnummer." in text_of(replace(FACTS, suggestions=[CARLA]))


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


@pytest.mark.parametrize("language", get_args(Language))
def test_html_and_text_say_the_same(language: Language) -> None:
    letter = compose_nudge(replace(FACTS, language=language, suggestions=[ANNA, CARLA]))
    shown = words(LexborHTMLParser(letter.html).text())
    heading_of_links = {"Your", "answer", "Ihre", "Antwort"}
    assert words(letter.text) - heading_of_links - ALLOWED <= shown


def test_the_html_brings_its_styles_and_nothing_from_elsewhere() -> None:
    html = compose_nudge(FACTS).html
    assert '<a href="tel:+498999998123" style="' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert not re.search(r"<(?:img|link|script|iframe|object|form)|url\(|@import|src=", html)


def test_the_finished_mail_goes_to_the_rep_alone() -> None:
    mail = read(compose(compose_nudge(FACTS)))
    assert (mail["To"], mail["X-Zuruf"]) == (REP, "nudge")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


hostile = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "Anna\r\nBcc: boss@keller-maschinen.example",
            "=?utf-8?q?Anna=0D=0ABcc:_x@y.example?=",
            '"><a href="https://evil.example">Anna</a>',
            "https://evil.example/login",
            "www.evil.example",
            "{{ 7 * 7 }} %(n)s %s {% raw %}",
            "\u202ereltub\u2066 \u0000\u2028x",
            "x" * 5000,
        ]
    ),
)


@given(name=hostile, subject=hostile, topic=hostile, tool=hostile, language=st.sampled_from(get_args(Language)))
def test_nothing_that_others_wrote_brings_a_recipient_or_a_link(
    name: str, subject: str, topic: str, tool: str, language: Language
) -> None:
    suggestions = [replace(ANNA, name=name, talking_point=(topic, NOW)), replace(CARLA, name=name)]
    reasons: list[tuple[str, Facts]] = [("sequence_tool", {"tool": tool}), SAME_TEXT]
    thread = Thread(f"<{name}@x.example>", (f"<{topic}>",))
    facts = replace(FACTS, language=language, subject=subject, suggestions=suggestions, reasons=reasons, thread=thread)
    letter = compose_nudge(facts)
    mail = read(compose(letter))
    assert [
        address.addr_spec for field in ("To", "Cc", "Bcc") if field in mail for address in mail[field].addresses
    ] == [REP]
    targets = {node.attributes.get("href") for node in LexborHTMLParser(letter.html).css("[href]")}
    assert targets == ALLOWED | {"tel:+498999998123"}
    assert set(re.findall(r"\w+://\S+|www\.\S+", letter.text)) == ALLOWED
    assert all(len(line) <= 76 for line in letter.text.splitlines() if "://" not in line)
