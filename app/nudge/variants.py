"""Chooses among sentences that say the same, so that several nudges in a row do not read like one template.

The choice follows from the nudge's own key alone: writing a nudge once more writes the same words.
"""

from dataclasses import dataclass
from hashlib import sha256

from app.texts import Translator


@dataclass(frozen=True, slots=True)
class Voice:
    """Speaks one language about one nudge; `key` is anything that tells nudges apart, such as the Message-ID."""

    texts: Translator
    key: str

    def one_of(self, place: str, *sentences: str) -> str:
        """One of `sentences`, always the same for this key and `place`; other places choose independently."""
        digest = sha256(f"{place} {self.key}".encode("utf-8", "replace")).digest()
        return sentences[int.from_bytes(digest[:8]) % len(sentences)]
