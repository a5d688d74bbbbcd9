"""What is private is never analysed."""

import pytest

from app.intake.exclusions import Exclusions
from app.mail.message import MailMessage, read_message
from app.nudge.private_addresses import looks_private


def mail(
    subject: str = "Angebot", to: str = "anna@weber.example", sender: str = "jonas@keller-maschinen.example"
) -> MailMessage:
    return read_message(f"From: {sender}\nTo: {to}\nSubject: {subject}\n\nText\n".encode())


@pytest.mark.parametrize("subject", ["Privat: Samstag", "Re: privat", "Frage an den Betriebsrat", "CONFIDENTIAL offer"])
def test_words_that_mark_private_mail_always_count(subject: str) -> None:
    assert Exclusions().cover(mail(subject))


@pytest.mark.parametrize("subject", ["Privatkunden 2026", "Private-Label-Angebot", "Angebot", ""])
def test_a_longer_word_is_another_word(subject: str) -> None:
    assert not Exclusions().cover(mail(subject))


def test_a_rep_adds_addresses_domains_and_words() -> None:
    own = Exclusions.parse(["Anna@Weber.example", " @lang.example", "stein.example", "", "Vereinsfest"])
    assert own.cover(mail())
    assert own.cover(mail(to="boris@lang.example"))
    assert own.cover(mail(to="carla@stein.example"))
    assert own.cover(mail("Einladung zum Vereinsfest", to="ben@whitfield.example"))
    assert not own.cover(mail(to="anna@other-weber.example"))


def test_one_private_recipient_among_many_is_enough() -> None:
    own = Exclusions.parse(["anna@weber.example"])
    assert own.cover(mail(to="ben@whitfield.example, anna@weber.example"))


def test_mail_to_a_private_address_is_left_alone_unless_the_rep_wants_it() -> None:
    private = mail("Angebot", "anna.weber@web.de")
    assert Exclusions.parse([], looks_private).cover(private)
    assert not Exclusions.parse([]).cover(private)
    assert not Exclusions.parse([], looks_private).cover(mail("Angebot", "anna@weber.example"))


def test_one_recipient_at_a_private_provider_is_enough() -> None:
    both = mail("Angebot", "anna@weber.example, boris@gmx.de")
    assert Exclusions.parse([], looks_private).cover(both)


def test_a_copy_to_the_reps_own_private_address_hides_nothing() -> None:
    copied = mail("Angebot", "anna@weber.example, jonas@gmail.com", sender="jonas@gmail.com")
    assert not Exclusions.parse([], looks_private).cover(copied)
