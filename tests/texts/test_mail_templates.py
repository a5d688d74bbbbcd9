"""Mails out of templates."""

import pytest
from jinja2 import UndefinedError

from app.texts.mail_templates import FOLDER, fold_lines, render_mail

LINK = "https://zuruf.example/sign-in/" + "x" * 80


def test_the_sign_in_mail_is_rendered_in_german() -> None:
    mail = render_mail("sign-in", "de", link=LINK, minutes=15)
    assert mail.subject == "Ihr Link zu Zuruf"
    assert mail.text.startswith(
        f"Hier ist Ihr Link zum Anmelden.\n\n{LINK}\n\nEr gilt einmal und nur 15 Minuten lang.\n"
    )
    assert f'href="{LINK}"' in mail.html


def test_the_sign_in_mail_is_rendered_in_english() -> None:
    mail = render_mail("sign-in", "en", link=LINK, minutes=1)
    assert mail.subject == "Your link to Zuruf"
    assert "It works once, within 1 minute.\n" in mail.text


def test_values_are_escaped_in_html_and_plain_in_text() -> None:
    mail = render_mail("sign-in", "en", link='https://x.example/?a=1&b="2"', minutes=15)
    assert '\nhttps://x.example/?a=1&b="2"\n' in mail.text
    assert 'href="https://x.example/?a=1&amp;b=&quot;2&quot;"' in mail.html


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="minutes"):
        render_mail("sign-in", "en", link=LINK)


def test_long_lines_are_folded_with_their_indent() -> None:
    folded = fold_lines("  " + "word " * 20 + "\n- " + "item " * 20)
    first, second, third, fourth = folded.splitlines()
    assert (second[:6], third[:6], fourth[:6]) == ("  word", "- item", "  item")
    assert max(map(len, (first, third))) <= 76


def test_empty_lines_come_single() -> None:
    assert fold_lines("\n\na\n\n\n\nb\n\n") == "a\n\nb\n"


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("front", "back"),
    [
        *(("#1d2530", "#ffffff"), ("#566273", "#ffffff"), ("#0b5cad", "#ffffff"), ("#ffffff", "#0b5cad")),
        *(("#e6eaf0", "#1b2129"), ("#a3afbd", "#1b2129"), ("#86bdf7", "#1b2129"), ("#10161d", "#86bdf7")),
    ],
)
def test_every_text_of_a_mail_stands_out_from_its_ground(front: str, back: str) -> None:
    style = (FOLDER / "_style.css").read_text()
    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    assert f" color: {front}" in style
    assert f"background-color: {back}" in style
    assert (light + 0.05) / (dark + 0.05) >= 4.5
