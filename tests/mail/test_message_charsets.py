"""Octets to text when the declared charset is missing, wrong or unknown."""

from encodings.aliases import aliases

import pytest

from app.mail.charsets import decode_text, find_codec
from tests.mails import read_example


@pytest.mark.parametrize(
    "name",
    [
        *("latin1_declared_utf8_written", "utf8_declared_windows1252_written"),
        *("charset_unknown", "charset_missing", "charset_misspelt"),
    ],
)
def test_umlauts_survive_a_wrong_declaration(name: str) -> None:
    assert "Fräsmaschine läuft" in read_example(name).text


def test_typographic_characters_of_windows_survive() -> None:
    assert read_example("utf8_declared_windows1252_written").text.endswith("„Ruhig“ – 3.900 €")


def test_the_charset_named_inside_html_counts_when_none_is_declared() -> None:
    assert read_example("charset_in_html").text == "Dzień dobry, Łódź"


def test_japanese_in_seven_bits_is_read() -> None:
    message = read_example("iso_2022_jp")
    assert message.subject == "ご案内"
    assert message.text == "お世話になっております。\n新しい機械のご案内です。"


def test_japanese_in_seven_bits_is_read_without_a_declaration() -> None:
    assert decode_text("ご案内".encode("iso-2022-jp"), None) == "ご案内"


def test_a_single_broken_character_does_not_cost_the_rest_of_a_japanese_text() -> None:
    assert decode_text(b'\x1b$B$"$1$^$7$F|~$*\x1b(B', "iso-2022-jp").startswith("あけまして")


def test_chinese_is_read() -> None:
    assert read_example("gb2312").text == "您好，请看附件。"


def test_a_short_chinese_text_that_is_valid_utf8_by_accident_is_believed_to_be_chinese() -> None:
    octets = "联通".encode("gbk")
    assert octets.decode("utf-8", "ignore") != ""
    assert decode_text(octets, "gb2312") == "联通"


def test_utf8_declared_as_chinese_is_read_as_utf8() -> None:
    assert decode_text("您好，请看附件".encode(), "gb2312") == "您好，请看附件"


def test_plain_text_declared_as_utf16_is_not_read_in_pairs() -> None:
    assert decode_text(b"Guten Tag!", "utf-16") == "Guten Tag!"
    assert decode_text("Guten Tag".encode("utf-16"), "utf-16") == "Guten Tag"


def test_a_character_cut_off_at_the_end_is_dropped() -> None:
    assert decode_text("Grüße aus Köln – ä".encode()[:-1], "utf-8") == "Grüße aus Köln – "


def test_one_broken_octet_does_not_turn_utf8_into_windows_1252() -> None:
    assert decode_text("Grüße, Köln, Äpfel, Öl".encode() + b"\xff!", "utf-8") == "Grüße, Köln, Äpfel, Öl\ufffd!"


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "unicode_escape", "zip", "hex", "rot13", "../etc", "\x00", "x" * 9999]
)
def test_a_name_that_is_no_charset_is_not_looked_up(name: str) -> None:
    assert find_codec(name) is None


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        *(("UTF8", "utf_8"), ("ISO-8859-1", "cp1252"), ("us-ascii", "cp1252"), ("latin-9", "iso8859_15")),
        *(('"utf-8"', "utf_8"), ("x-cp1250", "cp1250"), ("ks_c_5601-1987", "cp949"), ("KOI8-U", "koi8_u")),
        *(("windows-1252http-equiv", "cp1252"), ("unknown-8bit", None), ("", None), (None, None)),
    ],
)
def test_a_charset_name_is_mapped_to_what_is_meant(name: str | None, codec: str | None) -> None:
    assert find_codec(name) == codec


def test_every_codec_that_a_mail_can_choose_decodes_any_octets() -> None:
    octets = bytes(range(256)) * 4
    for name in {*aliases, *aliases.values(), "koi8-u", "windows-874"}:
        assert decode_text(octets, name)
