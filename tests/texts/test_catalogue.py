"""Every text for people, wherever it stands in sources and templates, has its German translation, once and whole."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.texts.catalogue import FOLDER

ROOT = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}

MessageId = str | tuple[str, ...]


def texts_in(folder: str, method: str) -> dict[MessageId, str]:
    """Message id -> a place where it is used."""
    kinds = [("**.py" if method == "python" else "**.*", method)]
    found = extract_from_dir(ROOT / folder, method_map=kinds, keywords=KEYWORDS)
    return {message: f"{folder}/{file}:{line}" for file, line, message, *_ in found}


def translations() -> list[Message]:
    messages: list[Message] = []
    for path in sorted((FOLDER / "de").glob("*.po")):
        with path.open("rb") as file:
            messages.extend(message for message in read_po(file, locale="de") if message.id)
    return messages


def plural_forms(text: str | Iterable[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])


@pytest.fixture(scope="module")
def used() -> dict[MessageId, str]:
    return texts_in("app", "python") | texts_in("templates", "jinja2")


def test_every_text_in_sources_and_templates_has_a_german_translation(used: dict[MessageId, str]) -> None:
    translated = {message.id for message in translations() if all(plural_forms(message.string))}
    assert {place: text for text, place in used.items() if text not in translated} == {}


def test_no_translation_is_left_over(used: dict[MessageId, str]) -> None:
    assert [message.id for message in translations() if message.id not in used] == []


def test_no_translation_is_uncertain() -> None:
    assert [message.id for message in translations() if message.fuzzy] == []


def test_no_text_is_translated_in_two_ways() -> None:
    ways = Counter(text for text, _ in {(message.id, str(message.string)) for message in translations()})
    assert [text for text, count in ways.items() if count > 1] == []


def test_translations_use_the_parameters_of_their_texts() -> None:
    for message in translations():
        for text, form in zip(plural_forms(message.id), plural_forms(message.string), strict=True):
            wanted = set(PLACEHOLDER.findall(text))
            assert wanted - {"n"} <= set(PLACEHOLDER.findall(form)) <= wanted | {"n"}, form
