"""What the HTML part of a mail tells: its text where there is no other, pixels and links that watch the reader."""

import re
from html import unescape

LIMIT = 262_144  # characters of HTML that are looked at

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})\b([^<>]{0,4000})>|<!--[^<>]{0,4000}-->|<![^<>]{0,400}>")
_BLOCKS = frozenset(
    ["br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote"]
)
_UNSHOWN = frozenset(["script", "style", "head", "title", "blockquote"])
_WHITE = re.compile(r"\s+")
_QUOTE_MARK = re.compile(
    r"gmail_quote|gmail_extra|moz-cite-prefix|yahoo_quoted|divRplyFwdMsg|stopSpelling|appendonsend"
)
_IMAGE = re.compile(r"<img\b([^<>]{0,2000})>", re.IGNORECASE)
_INVISIBLE = re.compile(
    r"\b(?:width|height)\s{0,3}[=:]\s{0,3}[\"']?[01](?:px)?\b(?![.%\d])|display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden",
    re.IGNORECASE,
)
_REMOTE = re.compile(r"src\s{0,3}=\s{0,3}[\"']?https?://", re.IGNORECASE)
_TRACKED_LINK = re.compile(
    r"[?&](?:utm_(?:source|medium|campaign)|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|trk_contact|vero_id)=",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://[^\s\"'<>]{1,2000}", re.IGNORECASE)


def to_text(html: str) -> str:
    """Return the readable text of an HTML mail, one line for each block, without quoted mail; linear in the input.

    A plain scan over the tags: a tree builder takes quadratic time for deeply nested mail.
    """
    html = html[:LIMIT]
    pieces: list[str] = []
    hidden: list[str] = []
    position = 0
    for tag in _TAG.finditer(html):
        if not hidden:
            pieces.append(_WHITE.sub(" ", html[position : tag.start()]))
        position = tag.end()
        name = (tag.group(2) or "").lower()
        if name == "body":
            hidden.clear()
        if name in _BLOCKS:
            pieces.append("\n")
        if tag.group(1):
            if hidden and hidden[-1] == name:
                hidden.pop()
        elif _QUOTE_MARK.search(tag.group(3) or ""):
            break
        elif name in _UNSHOWN:
            hidden.append(name)
    else:
        pieces.append("" if hidden else _WHITE.sub(" ", html[position:]))
    return unescape("".join(pieces))


def count_tracking_pixels(html: str) -> int:
    """Return how many remote images are too small or hidden to be seen."""
    images = (image.group(1) for image in _IMAGE.finditer(html[:LIMIT]))
    return sum(1 for image in images if _INVISIBLE.search(image) and _REMOTE.search(image))


def count_tracked_links(text: str) -> int:
    """Return how many different links of a text or HTML carry campaign parameters."""
    if "://" not in text:
        return 0
    links = {link.group() for link in _LINK.finditer(text[:LIMIT])}
    return sum(1 for link in links if _TRACKED_LINK.search(link))
