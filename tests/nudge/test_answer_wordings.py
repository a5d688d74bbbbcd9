"""Absence notes, claims taken back, words about this text and words of relation."""

import pytest

from app.nudge.answers import AnswerKind
from tests.nudge.test_answers import kind_of


@pytest.mark.parametrize(
    "text",
    [
        "Bin ab 9. März wieder erreichbar. Ihre E-Mail wird nicht weitergeleitet.",
        "Ich bin im Urlaub und antworte nach meiner Rückkehr.",
        "Out of office: I'm travelling until 9 March and will reply when I'm back.",
        "I'm on leave and shall respond once I am back on Monday.",
    ],
)
def test_an_absence_note_is_no_answer(text: str) -> None:
    assert kind_of(text) is AnswerKind.UNKNOWN


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("out of office, remind me on Monday", AnswerKind.LATER),
        ("Bin ab Montag wieder da, dann bitte nochmal", AnswerKind.LATER),
        ("I'll call her when I'm back", AnswerKind.WILL_CALL),
    ],
)
def test_a_rep_who_is_away_still_answers(text: str, kind: AnswerKind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "Hab angerufen. Ach ne, das war die andere, morgen vielleicht.",
        "Angerufen. Moment, nein, das war der falsche.",
        "Erledigt. Ach nein, hab ich doch nicht",
        "I've called her. Sorry, no, I haven't, maybe I will.",
        "Called him. Oh wait, no, that was someone else.",
        "Done. Actually no, I haven't",
    ],
)
def test_a_call_that_is_taken_back_is_none(text: str) -> None:
    assert kind_of(text) is AnswerKind.UNKNOWN


@pytest.mark.parametrize(
    "text", ["Called. Sorry, no answer", "Angerufen. Ach ja, keiner da", "Ach nein, hab doch schon angerufen"]
)
def test_more_about_a_call_does_not_take_it_back(text: str) -> None:
    assert kind_of(text) is AnswerKind.CALLED


@pytest.mark.parametrize(
    "text",
    [
        "Bitte für diesen Text abschalten",
        "Kannst du das für diesen Text abschalten? Danke",
        "lass das mit den Mails zu diesem Text bitte sein",
        "Reicht jetzt mit den Hinweisen zu der Mail",
        "Please turn this off for this email",
        "I'd like to stop getting these",
        "Don't send me anything else about this text",
    ],
)
def test_to_switch_off_a_text_is_a_stop(text: str) -> None:
    assert kind_of(text) is AnswerKind.STOP


@pytest.mark.parametrize(
    "text",
    [
        *("Nicht für diesen Text abschalten", "Soll ich das für diesen Text abschalten?"),
        *("Don't turn this off for this email", "Should I turn this off for this email?"),
        *("Customers want to stop getting these", "I'd like to stop sending these"),
    ],
)
def test_to_keep_or_to_ask_is_no_stop(text: str) -> None:
    assert kind_of(text) is not AnswerKind.STOP


@pytest.mark.parametrize(
    "text",
    [
        *("ich betreue ihn nicht mehr", "Frau Weber betreue ich nicht mehr", "nix zu tun mit ihm"),
        *("mit ihm hab ich nichts zu tun", "das ist unser Vermieter", "Herrn Lang betreut jetzt die Simone"),
        *("I don't deal with him any more", "I no longer deal with Mr Lang", "he's our landlord"),
    ],
)
def test_who_is_no_customer_of_the_rep_is_not_suggested(text: str) -> None:
    assert kind_of(text) is AnswerKind.NOT_FOR_PERSON


@pytest.mark.parametrize(
    "text",
    ["Donnerstag halb zehn melde ich mich bei Frau Weber", "dann häng ich mich gleich ans Telefon", "gonna buzz him"],
)
def test_a_call_told_in_another_order_is_promised(text: str) -> None:
    assert kind_of(text) is AnswerKind.WILL_CALL
