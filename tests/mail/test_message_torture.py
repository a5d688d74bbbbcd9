"""The test messages of other mail software, which stay outside of the repository: each must give a sensible text."""

import gzip
import json
import re
from base64 import b64decode
from pathlib import Path

import pytest

from app.mail.message import MailMessage, read_message

COLLECTION = Path(__file__).parents[2] / ".." / "shared" / "data" / "mime_torture.jsonl.gz"

BASE64 = re.compile(r"(?:^[A-Za-z0-9+/]{56,}$\n?){3}", re.MULTILINE)
UUENCODED = re.compile(r"(?:^M[ -`]{60}$\n?){3}", re.MULTILINE)
TAG = re.compile(r"</?(?:html|body|table|div|br|p|td|font|a)\b[^>]*>", re.IGNORECASE)
MOJIBAKE = re.compile("Ã[¤¶¼Ÿ©]|â€|Â[\u00a0«»]")
ENCODED_WORD = re.compile(r"=\?[\w-]+\?[bq]\?", re.IGNORECASE)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ud800-\udfff]")

# Their plain text itself shows markup, base64, or characters broken by their sender.
WRITTEN_SO = {
    BASE64: {"mime-0245"},
    TAG: {"mime-0003", "mime-0214", "mime-0215", "mime-0225"},
    MOJIBAKE: {"mime-0278"},
}
EXPECTED = {
    "mime-0028": "日本語が\n正常に\n送れているか",
    "mime-0038": "Hello!",
    "mime-0062": "das ist eine Testnachricht mit 8 Bit Sönderzäichen",
    "mime-0088": "HELLO",
    "mime-0118": "euro € symbol",
    "mime-0126": "calefactores de nanotecnologia",
    "mime-0137": "Via Mazzini, 53 – Valdobbiadene – TV",
    "mime-0222": "here comes one.gif...",
    "mime-0246": "my name (םולש ןב ילטפנ)",
    "mime-0314": "the microphone wasn’t showing up",
    "mime-0318": "언제나 멜론을 사랑해주시는",
    "mime-0319": "nous venons de passer le cap des 350.000 utilisateurs",
    "mime-0324": "Αγαπητέ συνδρομητή",
    "mime-0328": "Уведомление участникам тендеров",
    "mime-0333": "あけましておめでとうございます",
    "mime-0346": "Тестовое сообщение в кодировке windows-1251",
    "mime-0355": "Most Effective and Safe Training Device",
    "mime-0365": "a simple kind of mirror",
}


@pytest.fixture(scope="module")
def collection() -> dict[str, MailMessage]:
    if not COLLECTION.exists():
        pytest.skip("needs shared/data/mime_torture.jsonl.gz beside the checkout")
    with gzip.open(COLLECTION, "rt", encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return {row["id"]: read_message(b64decode(row["raw_base64"])) for row in rows}


def find(collection: dict[str, MailMessage], pattern: re.Pattern[str]) -> set[str]:
    return {key for key, message in collection.items() if pattern.search(message.text)}


def test_every_message_is_read(collection: dict[str, MailMessage]) -> None:
    assert len(collection) == 410


@pytest.mark.parametrize("pattern", [BASE64, UUENCODED, TAG, MOJIBAKE, CONTROL])
def test_no_text_holds_what_is_no_text(collection: dict[str, MailMessage], pattern: re.Pattern[str]) -> None:
    assert find(collection, pattern) == WRITTEN_SO.get(pattern, set())


def test_no_name_or_subject_is_left_encoded(collection: dict[str, MailMessage]) -> None:
    for message in collection.values():
        names = [person.name for person in (*message.recipients, *filter(None, [message.sender]))]
        assert not ENCODED_WORD.search(" ".join([message.subject, *names]))


def test_characters_are_missing_only_where_the_sender_broke_them(collection: dict[str, MailMessage]) -> None:
    assert find(collection, re.compile("\ufffd")) == {"mime-0333", "mime-0344"}


def test_a_message_without_text_holds_something_else(collection: dict[str, MailMessage]) -> None:
    empty = [key for key, message in collection.items() if not message.text and not message.attachments]
    assert len(empty) <= 14


@pytest.mark.parametrize(("key", "text"), EXPECTED.items())
def test_the_text_is_the_one_that_a_person_reads(collection: dict[str, MailMessage], key: str, text: str) -> None:
    assert text in collection[key].text
