"""The text of markup, on its own."""

from inscriptis.model.html_document_state import HtmlDocumentState  # type: ignore[import-untyped] # ships no types

from app.mail.markup import _make_config, find_charset, strip_tags, text_of


def test_two_texts_rendered_at_the_same_time_do_not_share_a_canvas() -> None:
    first = HtmlDocumentState(_make_config())
    second = HtmlDocumentState(_make_config())
    assert first.tags[0].canvas is first.canvas
    assert second.tags[0].canvas is second.canvas


def test_words_split_by_inline_elements_stay_whole() -> None:
    assert text_of("<p>W<span>ort</span> f<b>e</b>tt</p>") == "Wort fett"


def test_layout_tables_are_read_cell_by_cell() -> None:
    left, right = "<p>links oben</p><p>links unten</p>", "<p>rechts</p>"
    assert text_of(f"<table><tr><td>{left}</td><td>{right}</td></tr></table>") == "links oben\n\nlinks unten\n\nrechts"


def test_preformatted_text_keeps_its_lines() -> None:
    assert text_of('<div style="white-space: pre-wrap">eins\n  zwei</div><pre>drei\nvier</pre>') == (
        "eins\n  zwei\ndrei\nvier"
    )


def test_conditional_comments_and_instructions_leave_their_surroundings() -> None:
    markup = "<p>a<!--[if mso]>hidden<![endif]-->b<![if !mso]>c<![endif]><?xml:namespace prefix=o />d</p>"
    assert text_of(markup) == "abcd"


def test_a_declared_encoding_does_not_stop_the_parser() -> None:
    assert text_of('<?xml version="1.0" encoding="utf-16"?><p>Grüße</p>') == "Grüße"


def test_text_without_markup_is_text() -> None:
    assert text_of("1 < 2 & 3 > 2") == "1 < 2 & 3 > 2"
    assert text_of("<!-- nothing -->") == ""


def test_stripping_tags_leaves_out_styles_and_scripts() -> None:
    assert strip_tags("<STYLE>p {}</style><p>Gr&uuml;&szlig;e</p><script>x<y</script>") == "Grüße"


def test_the_charset_of_a_document_is_found_near_its_start() -> None:
    assert find_charset(b"<html><META http-equiv=x content='text/html; charset=koi8-r'>") == "koi8-r"
    assert find_charset(b'<meta charset="utf-8">') == "utf-8"
    assert find_charset(b"<p>charset=utf-8") is None
