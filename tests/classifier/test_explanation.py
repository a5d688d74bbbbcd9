"""Phrases on the live text: spans that can be marked on a page."""

import pytest

from classifier import Judge, Sample
from classifier.explanation import locate_words
from classifier.own_text import own_text
from tests.classifier.mails import PERSONAL_DE, TEMPLATE_DE, TEMPLATE_EN, mail


def spoken(judge: Judge, sample: Sample, code: str) -> list[str]:
    return [sample.body[phrase.start : phrase.end] for phrase in judge.explain(sample) if phrase.code == code]


def test_the_phrases_of_a_cue_are_shown_where_they_stand(judge: Judge) -> None:
    assert "mein Name ist" in spoken(judge, mail(TEMPLATE_DE), "sales_phrases")
    assert "We help companies" in spoken(judge, mail(TEMPLATE_EN), "sales_phrases")


def test_what_speaks_against_is_shown_too(judge: Judge) -> None:
    assert "Wie besprochen" in spoken(judge, mail(PERSONAL_DE), "earlier_contact")


def test_spans_hit_the_text_in_spite_of_hidden_marks_and_line_ends(judge: Judge) -> None:
    body = (
        "Hallo Anna,\r\n\r\nwir hel\u200bfen Betrieben im Süden, und mein Na\u0301me ist neu hier im ganzen Haus.\r\n"
    )
    assert spoken(judge, Sample("", body), "sales_phrases") == ["wir hel\u200bfen Betrieben"]


def test_phrases_come_in_the_order_of_the_text_and_within_it(judge: Judge) -> None:
    sample = mail(TEMPLATE_DE)
    phrases = judge.explain(sample)
    assert [phrase.start for phrase in phrases] == sorted(phrase.start for phrase in phrases)
    assert all(0 <= phrase.start < phrase.end <= len(sample.body) for phrase in phrases)


def test_a_turn_of_phrase_is_shown_for_the_letters_that_its_words_share_with_sales(judge: Judge) -> None:
    phrases = judge.explain(mail(TEMPLATE_DE))
    turns = [phrase for phrase in phrases if phrase.code == "style"]
    assert turns
    assert all(phrase.weight > 0 for phrase in turns)


def test_quoted_text_is_never_shown(judge: Judge) -> None:
    body = (
        "Danke, das habe ich so an die Werkstatt weitergegeben.\n\n> Wir helfen Betrieben, kostenlos und unverbindlich."
    )
    assert spoken(judge, Sample("", body), "sales_phrases") == []


def test_the_words_that_are_shown_are_the_words_that_were_judged() -> None:
    for text in (TEMPLATE_DE, TEMPLATE_EN, PERSONAL_DE):
        assert locate_words(mail(text)).words == own_text(mail(text)).words


@pytest.mark.parametrize(
    "body", ["", " \n ", "Bonjour, nous vous proposons une offre pour votre entreprise dans la ville."]
)
def test_where_style_abstains_nothing_is_shown(judge: Judge, body: str) -> None:
    assert judge.explain(Sample("", body)) == ()


def test_a_body_of_html_only_has_no_spans(judge: Judge) -> None:
    assert judge.explain(Sample("", "", "<p>Wir helfen Betrieben, ihre Kosten zu senken.</p>")) == ()
