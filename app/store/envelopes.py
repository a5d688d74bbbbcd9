"""What is kept of a send's outside: subject, recipients and ids, sealed as one value, and its blind index."""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.store.errors import Tampered
from app.store.vault import DataVault

MAX_RECIPIENTS: Final = 50
MAX_REFERENCES: Final = 20
MAX_TOKENS: Final = 200
_WORD: Final = re.compile(r"[^\W_]{2,}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """`recipients` are (name, address) pairs, at most 50; the row's `recipient_count` has the true number."""

    subject: str
    recipients: tuple[tuple[str, str], ...]
    message_id: str | None
    references: tuple[str, ...]


def seal_envelope(vault: DataVault, send_id: uuid.UUID, envelope: Envelope) -> bytes:
    content = [
        envelope.subject,
        envelope.recipients[:MAX_RECIPIENTS],
        envelope.message_id,
        envelope.references[-MAX_REFERENCES:],
    ]
    return vault.seal_text(f"send/{send_id}/envelope", json.dumps(content, ensure_ascii=False))


def unseal_envelope(vault: DataVault, send_id: uuid.UUID, sealed: bytes) -> Envelope:
    """Raises `Tampered`."""
    subject, recipients, message_id, references = json.loads(vault.unseal_text(f"send/{send_id}/envelope", sealed))
    return Envelope(subject, tuple((name, email) for name, email in recipients), message_id, tuple(references))


def legible_envelope(vault: DataVault, send_id: uuid.UUID, sealed: bytes) -> Envelope:
    """The same; a damaged one is blank, so that one bad row takes no other along."""
    try:
        return unseal_envelope(vault, send_id, sealed)
    except Tampered:
        return Envelope("", (), None, ())


def words_of(text: str) -> Iterator[str]:
    """Words of two letters or more, folded, so that `Weber` finds `WEBER` and `Straße` finds `strasse`."""
    return (match.group().casefold() for match in _WORD.finditer(text))


def search_tokens(vault: DataVault, envelope: Envelope) -> set[bytes]:
    """The keyed hashes under which a send is found: each word of the subject and of recipients, and whole addresses."""
    words: dict[str, None] = {}
    for name, email in envelope.recipients[:MAX_RECIPIENTS]:
        words[email.casefold()] = None
        words.update(dict.fromkeys(words_of(f"{name} {email}")))
    words.update(dict.fromkeys(words_of(envelope.subject)))
    return {vault.index("word", word) for word in list(words)[:MAX_TOKENS]}


def message_key(vault: DataVault, message_id: str) -> bytes:
    """The keyed hash of a Message-ID, by which the answers to a send find it."""
    return vault.index("message", message_id)


def address_token(vault: DataVault, address: str) -> bytes:
    """The keyed hash under which the sends to an address are found."""
    return vault.index("word", address.casefold())


def query_tokens(vault: DataVault, query: str) -> list[bytes]:
    """The hashes that a search must find all of; an address is looked up whole."""
    words: dict[str, None] = {}
    for part in query.casefold().split():
        words.update(dict.fromkeys([part] if "@" in part else words_of(part)))
    return [vault.index("word", word) for word in words]
