"""Who asked for no calls, or no more mail, is not suggested."""

from datetime import timedelta

import pytest

from app.nudge.contact_facts import ContactFacts, learn
from app.nudge.objections import objects_to_contact
from tests.nudge.test_contacts import NOW, answer, mail, person, suggest


@pytest.mark.parametrize(
    "text",
    [
        "Bitte rufen Sie mich nicht mehr an.",
        "Wir wünschen keine Anrufe.",
        "Bitte keine weiteren Werbemails mehr!",
        "Ich möchte nicht mehr kontaktiert werden.",
        "Bitte nehmen Sie mich aus Ihrem Verteiler.",
        "Hiermit widerspreche ich der Nutzung meiner Daten zu Werbezwecken.",
        "Please do not call me again.",
        "Please stop calling, we are not interested.",
        "Please remove me from your mailing list.",
        "Merci de ne plus me contacter.",
    ],
)
def test_a_wish_not_to_be_called_is_heard(text: str) -> None:
    assert objects_to_contact(f"Guten Tag,\n{text}\nGruß\nAnna Weber")


@pytest.mark.parametrize(
    "text",
    [
        "Rufen Sie mich gern an, das ist nicht eilig.",
        "Ich konnte Sie nicht mehr erreichen.",
        "Ich habe Sie leider nicht angerufen, mir fehlte die Zeit.",
        "Please don't call before ten.",
        "Why don't you call me on Friday?",
        "Danke!\n\nAm 3.3.2026 um 10:00 schrieb Jonas Keller:\n> Bitte rufen Sie mich nicht mehr an",
    ],
)
def test_other_denials_are_no_objection(text: str) -> None:
    assert not objects_to_contact(text)


def test_nobody_who_asked_for_no_calls_is_suggested() -> None:
    assert suggest(person("Anna Weber", answer(1), mail(9, "Bitte rufen Sie mich nicht mehr an."))) == ()


def test_an_objection_that_was_read_earlier_stands() -> None:
    known = learn("Anna Weber", "anna@weber.example", [answer(1)], "de", ContactFacts(objects=True))
    assert ContactFacts.read(known.as_text()).objects


def test_of_somebody_who_objects_neither_number_nor_role_is_kept() -> None:
    signed = "Beste Grüße\nAnna Weber\nGeschäftsführerin\nTel. +49 711 1234567"
    known = learn("Anna Weber", "anna@weber.example", [mail(9, signed)], "de")
    assert (known.number is not None, known.role is not None) == (True, True)
    later = learn("Anna Weber", "anna@weber.example", [mail(1, "Bitte rufen Sie mich nicht mehr an.")], "de", known)
    assert (later.number, later.role, later.objects) == (None, None, True)


def test_a_mail_of_the_future_does_not_wait() -> None:
    assert suggest(person("Anna Weber", mail(-2), last_written=NOW - timedelta(days=4)))[0].why == ()
