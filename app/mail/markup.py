"""The text of an HTML part, without layout: cells and blocks in reading order, hidden elements left out. Never raises.

The renderer is told to leave out every feature whose cost or result the sender controls (margins, paddings, column
widths, list numbers), so that its work and its answer stay in proportion to the input.
"""

import html
import re
from collections.abc import Mapping
from typing import Any, Final

from inscriptis import get_text  # type: ignore[import-untyped] # the package ships no types
from inscriptis.css_profiles import STRICT_CSS_PROFILE  # type: ignore[import-untyped] # as above
from inscriptis.html_properties import Display, WhiteSpace  # type: ignore[import-untyped] # as above
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped] # as above
from inscriptis.model.html_element import HtmlElement  # type: ignore[import-untyped] # as above
from inscriptis.model.tag import CustomHtmlTagHandlerMapping  # type: ignore[import-untyped] # as above

from app.mail.characters import clean_text

_DECLARATION: Final = re.compile(r"<[?!][^<>]*>")
_ENDLESS_REFERENCE: Final = re.compile(r"&(?:amp;)*#[xX]?[0-9a-fA-F]{8,};?")
_TAG: Final = re.compile(r"<[^<>]*>")
_BLOCK_TAG: Final = re.compile(r"</?(?:p|div|br|tr|li|table|h[1-6]|blockquote)\b[^<>]*>", re.IGNORECASE)
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_PREFORMATTED: Final = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_META_CHARSET: Final = re.compile(rb"<meta\b[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)


def text_of(markup: str) -> str:
    """Clean text of `markup`; what the parser loses of badly nested markup is recovered by plainly taking out tags."""
    markup = _drop_between(clean_text(markup), "<!--", "-->")
    markup = _ENDLESS_REFERENCE.sub("", _DECLARATION.sub("", markup))
    stripped = strip_tags(markup)
    try:
        # The element in front keeps an input without any element from being refused.
        rendered = clean_text(get_text(f"<html><body>{markup}", _make_config()))
    except (RecursionError, ValueError):
        rendered = ""
    return rendered if 2 * len(rendered) >= len(stripped) else stripped


def strip_tags(markup: str) -> str:
    """The text of `markup` by taking out tags, scripts and styles only: rough, fast and linear."""
    for name in ("style", "script", "title"):
        markup = _drop_between(markup, f"<{name}", f"</{name}>")
    return clean_text(html.unescape(_ENDLESS_REFERENCE.sub("", _TAG.sub("", _BLOCK_TAG.sub("\n", markup)))))


def find_charset(octets: bytes) -> str | None:
    """The charset that an HTML document names in its first octets."""
    found = _META_CHARSET.search(octets[:4096])
    return found[1].decode("ascii", "replace") if found else None


def _drop_between(text: str, opening: str, closing: str) -> str:
    """Without everything from `opening` to `closing`, any case; an opening that is never closed is left alone."""
    kept: list[str] = []
    lower, position = text.lower() if len(text.lower()) == len(text) else text, 0
    while (start := lower.find(opening, position)) >= 0 and (end := lower.find(closing, start)) >= 0:
        kept.append(text[position:start])
        position = end + len(closing)
    return "".join([*kept, text[position:]])


def _apply_style(style: str, element: Any) -> None:
    if _HIDDEN.search(style):
        element.display = Display.none
    elif _PREFORMATTED.search(style):
        element.whitespace = WhiteSpace.pre


def _start_list_item(state: Any, _attributes: Mapping[str, str]) -> None:
    state.tags[-1].list_bullet = "- "


_STYLES: Final = STRICT_CSS_PROFILE | {
    "tr": HtmlElement(display=Display.block),
    "table": HtmlElement(display=Display.block),
    "td": HtmlElement(prefix=" ", suffix=" "),
    "th": HtmlElement(prefix=" ", suffix=" "),
    "ul": HtmlElement(display=Display.block),
    "ol": HtmlElement(display=Display.block),
}
_NO_LAYOUT: Final = dict.fromkeys(("table", "td", "th", "ul", "ol"))
_HANDLERS: Final = CustomHtmlTagHandlerMapping({**_NO_LAYOUT, "tr": None, "li": _start_list_item}, _NO_LAYOUT)


def _make_config() -> Any:
    # The renderer ties its canvas to the style of "body"; shared by two threads, it would mix up their texts.
    config = ParserConfig(css=_STYLES | {"body": HtmlElement()}, custom_html_tag_handler_mapping=_HANDLERS)
    config.attribute_handler.attribute_mapping = {"style": _apply_style}
    return config
