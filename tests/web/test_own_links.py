"""Which addresses in a text become links."""

import pytest

from app.web.own_links import linked

HERE = "http://127.0.0.1:8000"


def test_the_text_stays_whole() -> None:
    text = f"Ihre Antwort:\n  {HERE}/a/x.y-z_1\nund {HERE}/sends/7, Ende"
    assert "".join(piece.text for piece in linked(text, HERE)) == text


def test_own_addresses_become_links() -> None:
    pieces = linked(f"Antwort: {HERE}/a/x.y-z_1\n{HERE}/sends/7", HERE)
    assert [piece.url for piece in pieces if piece.url] == [f"{HERE}/a/x.y-z_1", f"{HERE}/sends/7"]


@pytest.mark.parametrize(
    "text", ["https://evil.example/a", f"{HERE}.evil.example/a", f"{HERE}1/a", "javascript:alert(1)", "", HERE]
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert not any(piece.url for piece in linked(text, HERE))
