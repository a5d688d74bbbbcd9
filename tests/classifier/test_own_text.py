"""From a body to the sender's own words."""

import pytest

from classifier import Sample
from classifier.own_text import WORD_LIMIT, own_text
from classifier.slots import SLOT
from tests.classifier.mails import TEMPLATE_DE, TEMPLATE_EN, mail


@pytest.mark.parametrize("template", [TEMPLATE_DE, TEMPLATE_EN])
def test_two_copies_of_a_template_have_the_same_words(template: str) -> None:
    assert own_text(mail(template, 1)).words == own_text(mail(template, 3)).words


def test_greeting_signature_and_quotation_are_left_out() -> None:
    body = "Hallo Anna,\n\nder Plan steht.\n\nGruß\nJonas\n\nAm 3.3.2025 schrieb Anna <a@b.example>:\n> Wann?"
    assert own_text(Sample("", body)).words == ("der", "plan", "steht")


def test_merge_fields_are_counted_in_the_greeting_too() -> None:
    own = own_text(Sample("", "Hallo {{first_name}},\n\nwie läuft es bei [Firma]?\n\nGruß\nJonas"))
    assert own.merge_fields == 2
    assert own.words == ("wie", "läuft", "es", "bei", SLOT)


def test_html_speaks_where_there_is_no_text() -> None:
    html = "<p>Hallo <b>Anna</b>,</p><p>der Plan&nbsp;steht.</p><blockquote>Wann?</blockquote>"
    assert own_text(Sample("", " ", html)).words == ("der", "plan", "steht")


def test_invisible_marks_do_not_change_the_words() -> None:
    hidden = TEMPLATE_DE.replace("e", "e\u200b").replace("o", "\u043e")
    assert own_text(mail(hidden)).words == own_text(mail(TEMPLATE_DE)).words


def test_a_pure_forward_has_no_words() -> None:
    assert own_text(Sample("", "---------- Forwarded message ---------\nFrom: x\n\nHallo")).words == ()


def test_a_very_long_body_is_read_in_part() -> None:
    assert len(own_text(Sample("", "wort " * 250_000)).words) == WORD_LIMIT
