"""Octets to text when the declared charset is missing, misspelt, unknown or wrong. Never raises."""

import codecs
import re
from encodings.aliases import aliases
from typing import Final

WESTERN: Final = "cp1252"

# What mail says -> what it means; mostly the supersets that browsers use too (WHATWG Encoding, section 4.2).
_MEANT: Final = {
    "usascii": WESTERN,
    "ascii": WESTERN,
    "ansix341968": WESTERN,
    "iso88591": WESTERN,
    "latin1": WESTERN,
    "88591": WESTERN,
    "iso88599": "cp1254",
    "iso885911": "cp874",
    "tis620": "cp874",
    "iso88598i": "iso8859_8",
    "iso88598e": "iso8859_8",
    "gb2312": "gb18030",
    "gb231280": "gb18030",
    "gbk": "gb18030",
    "xgbk": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "ksc56011987": "cp949",
    "ksc5601": "cp949",
    "euckr": "cp949",
    "korean": "cp949",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "windows31j": "cp932",
    "xeucjp": "euc_jp",
    "iso2022jp": "iso2022_jp_ext",
    "unicode11utf7": "utf_7",
    "xmacroman": "mac_roman",
    "macintosh": "mac_roman",
    "koi8u": "koi8_u",
    "cp874": "cp874",
    "windows874": "cp874",
}
# A closed list, so that no name in a mail makes Python import a module or run a codec that is not a charset.
_KNOWN: Final = {
    key.replace("_", ""): codec
    for pair in aliases.items()
    for key, codec in ((pair[0], pair[1]), (pair[1], pair[1]))
    if not codec.endswith("_codec") and codec not in {"mbcs", "rot_13"}
} | _MEANT
# A short text in one of these can be valid UTF-8 by accident, but then only as characters of two octets.
_IDEOGRAPHIC: Final = re.compile(
    r"utf_(?:7|16|32)|iso2022|hz|gb18030|big5|cp932|cp949|cp950|euc_|johab|shift_jis|cp874"
)
_WINDOWS: Final = re.compile(r"(?:x?windows|x?cp|microsoft)(125\d)")


def find_codec(name: str | None) -> str | None:
    """The Python codec for a charset name as found in mail, or None where it says nothing."""
    key = re.sub(r"[^a-z0-9]", "", (name or "").lower()[:60])
    windows = _WINDOWS.match(key)
    return f"cp{windows[1]}" if windows else _KNOWN.get(key)


def decode_text(octets: bytes, declared: str | None) -> str:
    """Text of `octets`: strict UTF-8, then the declared charset, then windows-1252; a cut last character is dropped."""
    codec = find_codec(declared)
    if codec in {None, WESTERN} and b"\x1b$" in octets:
        codec = "iso2022_jp_ext"
    if codec and codec.startswith(("utf_16", "utf_32")) and b"\0" not in octets:
        codec = None
    utf8 = _decode_strictly(octets, "utf_8")
    if utf8 is not None and (codec is None or not _IDEOGRAPHIC.match(codec) or max(utf8, default="") >= "\u0800"):
        return utf8
    return _decode_declared(octets, codec) or utf8 or _mend(octets, "utf_8") or octets.decode(WESTERN, "replace")


def _decode_declared(octets: bytes, codec: str | None) -> str:
    if codec is None:
        return ""
    return _decode_strictly(octets, codec) or _mend(octets, codec)


def _decode_strictly(octets: bytes, codec: str) -> str | None:
    try:
        text = codecs.getincrementaldecoder(codec)("strict").decode(octets, final=False)
    except UnicodeError:
        return None
    return text.removeprefix("\ufeff")


def _mend(octets: bytes, codec: str) -> str:
    """The text with a few broken characters replaced; nothing where so many break that the charset must be wrong."""
    text = octets.decode(codec, "replace")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    broken = text.count("\ufffd")
    return text if foreign > 3 * broken else ""
