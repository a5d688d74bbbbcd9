"""What is private is never analysed."""

import pytest

from app.intake.exclusions import Exclusions
from app.mail.message import MailMessage, read_message


def mail(subject: str = "Angebot", to: str = "anna@weber.example") -> MailMessage:
    return read_message(f"To: {to}\nSubject: {subject}\n\nText\n".encode())


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
