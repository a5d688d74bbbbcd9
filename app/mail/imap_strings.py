"""The gateway of every text that goes into an IMAP command, so that no text can become a command of its own.

IMAPClient sends CR and LF inside a search value or a LOGIN password as they are, and quotes a value only when it holds
a space, a quote or a backslash; a value that ends in `{5}` would announce a literal.
"""

from imapclient import imap_utf7

from app.mail.errors import UnsafeArgument

LONGEST = 1000


def guarded(text: str, code: str = "unsafe_argument") -> str:
    """The text itself; raises `UnsafeArgument` for control characters, lone surrogates and excessive length."""
    if len(text) > LONGEST or any(char < " " or char == "\x7f" or "\ud800" <= char <= "\udfff" for char in text):
        raise UnsafeArgument(code)
    return text


def quoted(text: str, code: str = "unsafe_argument") -> bytes:
    """The text as a quoted string (RFC 3501 4.3), which is ASCII only."""
    if not guarded(text, code).isascii():
        raise UnsafeArgument(code)
    return b'"%b"' % text.replace("\\", "\\\\").replace('"', '\\"').encode("ascii")


def folder_argument(name: str) -> str:
    """A folder name in modified UTF-7 (RFC 3501 5.1.3), not yet quoted: IMAPClient does that for folders."""
    wire: bytes = imap_utf7.encode(guarded(name))
    return wire.decode("ascii")


def folder_name(wire: bytes) -> str:
    """The readable name of a folder; bytes that are not modified UTF-7 are shown as they are."""
    if not wire.isascii():
        return wire.decode("utf-8", "replace")
    try:
        name: str = imap_utf7.decode(wire)
    except UnicodeDecodeError:
        return wire.decode("ascii")
    return name
