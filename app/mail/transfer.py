"""Content transfer encodings (RFC 2045 section 6), read leniently: damage costs the damaged octets, not the rest."""

import binascii
import re
from typing import Final

_SOFT_BREAK_WITH_BLANKS: Final = re.compile(rb"=[ \t]+(?=\r?\n)")
_FOOTER: Final = re.compile(rb"(?<=\n)(?:[^\s]+[ \t]+[^\s]|__|--)")
_NOT_BASE64: Final = re.sub(rb"[A-Za-z0-9+/=]", b"", bytes(range(256)))
_PADDING: Final = re.compile(rb"=+")


def is_known(encoding: str) -> bool:
    """Whether the octets can be had; those of an unknown `x-` encoding are to be taken as a file (RFC 2045 6.4)."""
    return not encoding.strip().lower().startswith("x-")


def decode_transfer(payload: bytes, encoding: str) -> bytes:
    """The octets behind `payload`; an unknown encoding counts as 8bit."""
    match encoding.strip().lower():
        case "base64":
            return decode_base64_lines(payload)
        case "quoted-printable":
            return binascii.a2b_qp(_SOFT_BREAK_WITH_BLANKS.sub(b"=", payload))
        case _:
            return payload


def decode_base64_lines(payload: bytes) -> bytes:
    """Base64 up to the first line of several words, such as the footer that a mailing list appends, which is kept."""
    footer = _FOOTER.search(payload)
    if footer is None:
        return decode_base64(payload)
    return decode_base64(payload[: footer.start()]) + b"\n" + payload[footer.start() :]


def decode_base64(payload: bytes) -> bytes:
    """Base64 of any shape: foreign characters are skipped, padding may stand anywhere, a lone last digit is dropped."""
    return b"".join(_decode_run(run) for run in _PADDING.split(payload.translate(None, _NOT_BASE64)))


def _decode_run(digits: bytes) -> bytes:
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))
