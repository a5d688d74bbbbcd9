"""Cleans the characters of a mail: one kind of line end, no invisible marks, no look-alikes. Linear in the input."""

import re
import unicodedata
from itertools import accumulate

LIMIT = 200_000  # characters; the rest of a longer body is not looked at

_INVISIBLE_RANGES = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_PLAIN = re.compile("[\t\n -~À-ÿ§«»°·–—‘’‚“”„•€]*+")  # what stays as it is, and makes up nearly all mail
_INVISIBLE = re.compile(f"[{_INVISIBLE_RANGES}]+")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
# Canonical ordering of a long run of combining marks takes quadratic time, so runs are cut before normalisation.
_MARK_RUN = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")
_CLUSTER = re.compile(f"\r\n|[^{_MARKS}][{_MARKS}]*|[{_MARKS}]+")

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅαινοκρυΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɑɡ",
    "aeopcyxijshdqwABEKMHOPCTYXIJSaivokpuABEZHIKMNOPTYXiag",
)
_LOOKALIKE = re.compile("[" + "".join(map(chr, _LOOKALIKES)) + "]")
_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_WORD = re.compile(r"\w+")


def clean(text: str) -> str:
    """Return at most `LIMIT` characters in NFKC form with plain line ends, without invisible marks and look-alikes."""
    text = text[:LIMIT]
    if _PLAIN.fullmatch(text):
        return text
    if not text.isascii():
        text = _MARK_RUN.sub(r"\1", text)
        text = unicodedata.normalize("NFKC", text)
        text = _latinise(text)
    return _INVISIBLE.sub("", _LINE_END.sub("\n", text))


def clean_with_origin(text: str) -> tuple[str, list[int]]:
    """Return the cleaned text and, for each of its characters and its end, the position in `text` it came from.

    Slower than `clean`, and equal to it but for rare compositions across characters; for showing, not for judging.
    """
    text = text[:LIMIT]
    pieces, starts = [], []
    for cluster in _CLUSTER.finditer(text):
        piece = _INVISIBLE.sub("", _LINE_END.sub("\n", unicodedata.normalize("NFKC", cluster.group()[:5])))
        pieces.append(piece)
        starts.extend([cluster.start()] * len(piece))
    return _latinise("".join(pieces)), [*starts, len(text)]


def _latinise(text: str) -> str:
    """Turn Cyrillic and Greek look-alikes into Latin letters, but leave text that is really Cyrillic or Greek alone."""
    if _LOOKALIKE.search(text) is None:
        return text
    if len(_LATIN.findall(text)) >= len(_FOREIGN.findall(text)):
        return text.translate(_LOOKALIKES)
    return _WORD.sub(lambda word: _latinise_mixed(word.group()), text)


def _latinise_mixed(word: str) -> str:
    return word.translate(_LOOKALIKES) if _LATIN.search(word) else word


def line_spans(text: str) -> list[tuple[int, int]]:
    """Return `[start, end)` of each line of a cleaned text, without the line ends."""
    lines = text.split("\n")
    ends = accumulate((len(line) + 1 for line in lines), initial=0)
    return [(start, start + len(line)) for start, line in zip(ends, lines, strict=False)]
