"""Where in a stream of IMAP octets we are: at the start of a line, within one, or within a literal."""

import re
from typing import Final

ANNOUNCED: Final = re.compile(rb"\{(\d+)\+?\}\r\n")
LONGEST_ANNOUNCEMENT: Final = 16


class Framing:
    """Follows one direction of a connection, chunk by chunk."""

    def __init__(self) -> None:
        self.literals = 0  # that have come to their end
        self._literal = 0  # octets of the current literal that are still to come
        self._tail = b"\r\n"  # the last octets outside of a literal

    @property
    def at_line_start(self) -> bool:
        return self._literal == 0 and self._tail.endswith(b"\r\n") and not self._tail.endswith(b"}\r\n")

    def inside_literal(self, data: bytes) -> int | None:
        """A place in the next chunk that lies within a literal, its middle where it is known; None: there is none."""
        if self._literal > 1:
            return min(self._literal, len(data)) // 2
        found = ANNOUNCED.search(data)
        if found is None or int(found[1]) < 2:
            return None
        return found.end() + min(int(found[1]), len(data) - found.end()) // 2

    def feed(self, data: bytes) -> None:
        while data:
            if self._literal:
                taken = min(self._literal, len(data))
                self._literal -= taken
                data = data[taken:]
                self._tail = b""
                self.literals += self._literal == 0
            else:
                data = self._feed_lines(data)

    def _feed_lines(self, data: bytes) -> bytes:
        """Take lines up to the next announced literal; returns what follows it."""
        seen = len(self._tail)
        joined = self._tail + data
        found = next((one for one in ANNOUNCED.finditer(joined) if one.end() > seen), None)
        if found is None:
            self._tail = joined[-LONGEST_ANNOUNCEMENT:]
            return b""
        self._literal, self._tail = int(found[1]), found[0]
        return joined[found.end() :]
