"""The skeleton of a template: shared words and slots."""

from classifier import Segment, skeleton
from tests.classifier.mails import TEMPLATE_DE, mail


def shown(texts: list[str]) -> str:
    return " ".join("___" if segment.text is None else segment.text for segment in skeleton(texts))


def test_slots_stand_where_copies_differ() -> None:
    texts = ["wir helfen Firmen wie Weber gern beim Sparen", "wir helfen Firmen wie Lang und Sohn gern beim Sparen"]
    assert shown(texts) == "wir helfen Firmen wie ___ gern beim Sparen"


def test_every_copy_has_a_say() -> None:
    assert shown(["a b c d e", "a b x d e", "a b c d y"]) == "a b ___"


def test_a_word_alone_between_slots_is_chance() -> None:
    assert shown(["a b 1 und 2 c d", "a b 3 und 4 c d"]) == "a b ___ c d"


def test_paragraphs_are_kept() -> None:
    assert shown(["Hallo Anna,\n\ngern helfen wir", "Hallo Ben,\n\ngern helfen wir"]) == "___ \n\ngern helfen wir"


def test_one_text_comes_back_whole() -> None:
    assert skeleton(["nur dieser Text"]) == [Segment("nur dieser Text")]


def test_no_text_has_no_skeleton() -> None:
    assert skeleton([]) == []


def test_texts_with_nothing_in_common_are_one_slot() -> None:
    assert skeleton(["eins zwei drei", "vier fünf sechs"]) == [Segment(None)]


def test_the_names_of_a_campaign_are_slots() -> None:
    text = shown([mail(TEMPLATE_DE, person).body for person in range(5)])
    assert "Weber" not in text
    assert "ohne dass neue Maschinen angeschafft werden müssen" in text
