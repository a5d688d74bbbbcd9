"""Puts a table that was just measured into the document where it stands."""

from pathlib import Path
from typing import Final

PERFORMANCE: Final = Path(__file__).parents[1] / "docs" / "performance.md"


def renew(document: Path, begin: str, end: str, text: str) -> None:
    """Replace what stands between two lines of a document; raises ValueError where one of them is missing."""
    before, rest = document.read_text("utf-8").split(begin)
    _, after = rest.split(end)
    document.write_text(f"{before}{begin}{text}{end}{after}", "utf-8")
