"""Characters that a reader cannot see but that can mislead: they are taken out *after* every decoding."""

import re
from typing import Final

# Bidi controls, zero-width and invisible marks (Unicode categories Cf and the blank "fillers"), and lone surrogates.
_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff"
)
_INVISIBLE_MARKS: Final = re.compile(f"[{_INVISIBLE}]+")
_LINE_BREAKS: Final = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]+")
_BLANK_LINES: Final = re.compile("\n{3,}")


def clean_line(text: str, limit: int) -> str:
    """One visible line of at most `limit` characters: controls and any white space become single spaces."""
    visible = _INVISIBLE_MARKS.sub("", _CONTROLS.sub(" ", text))
    return " ".join(visible.split())[:limit].rstrip()


def clean_text(text: str) -> str:
    """Text of several lines: only `\\n` breaks a line, no control or invisible mark, never two blank lines in a row."""
    visible = _INVISIBLE_MARKS.sub("", _CONTROLS.sub("", _LINE_BREAKS.sub("\n", text))).replace("\u00a0", " ")
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in visible.split("\n"))).strip()


def cut_octets(text: str, limit: int) -> str:
    """The beginning of `text` that fits into `limit` octets of UTF-8."""
    if len(text) * 4 <= limit:
        return text
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")
