"""Language: German and English are told apart from each other and from the rest; short texts stay unknown."""

import pytest

from classifier.language import identify

TEXTS = {
    "de": "ich wollte nur kurz nachfragen, ob Sie sich unser Angebot schon ansehen konnten",
    "en": "just a quick note to see whether you had a chance to look at our offer yet",
    "fr": "nous avons une nouvelle solution pour votre entreprise et aimerions vous la présenter bientôt",
    "nl": "we hebben een nieuwe oplossing voor uw bedrijf en willen graag kort met u bellen over de mogelijkheden",
    "es": "tenemos una nueva solución para su empresa y nos gustaría presentarla la próxima semana si le parece",
    "pl": "mamy nowe rozwiązanie dla państwa firmy i chcielibyśmy je krótko przedstawić w przyszłym tygodniu",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_is_enough(language: str) -> None:
    assert identify(TEXTS[language], TEXTS[language].casefold().split()) == language


@pytest.mark.parametrize("text", ["", "ok", "Danke, passt!", "12 44 98 17 22 31 44 50", "lorem xyz qqq zzz abc"])
def test_what_cannot_be_told_is_unknown(text: str) -> None:
    assert identify(text, text.casefold().split()) == "und"


def test_a_german_mail_with_english_terms_is_german() -> None:
    text = "unser neues Cloud Backup ist live und Sie können das Dashboard im Browser mit einem Klick testen"
    assert identify(text, text.casefold().split()) == "de"
