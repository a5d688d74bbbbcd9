"""The lists of single words that the text modules share; the words themselves stand in `phrases/words.toml`."""

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "phrases" / "words.toml"


@cache
def word_list(section: str, name: str) -> frozenset[str]:
    """Return one list of casefolded words."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return frozenset(table[section][name].split())
