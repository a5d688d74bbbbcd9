"""Lines of a CSV file (RFC 4180) that no spreadsheet runs: what looks like a formula gets an apostrophe in front
(OWASP, CSV injection).
"""

import csv
import io
from collections.abc import Iterable
from typing import Final

# Excel reads UTF-8 only behind it.
BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_line(cells: Iterable[str]) -> str:
    """Can always be written as UTF-8, also where a broken mail left a lone surrogate."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow([_inert(cell) for cell in cells])
    return line.getvalue()


def _inert(cell: str) -> str:
    text = cell.encode("utf-8", "replace").decode("utf-8")
    return f"'{text}" if text.startswith(_FORMULA) else text
