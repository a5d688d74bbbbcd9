"""What the service's database says, in plain SQL over its tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import NullPool, create_engine, text

OPEN = frozenset({"planned", "intent"})


@dataclass(frozen=True, slots=True)
class NudgeRow:
    state: str
    attempts: int
    verify: bool  # it is still to be looked for second copies
    error: str | None


class Rows:
    """Reads only; ids are as the database gives them."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, poolclass=NullPool)

    def mailboxes(self) -> dict[Any, tuple[str, int, int]]:
        """Id -> state, UIDVALIDITY and last UID, in order of connecting."""
        found = self._all("SELECT id, state, uidvalidity, last_uid FROM mailboxes ORDER BY connected_at")
        return {row[0]: (row[1], row[2] or 0, row[3]) for row in found}

    def judged(self, mailbox: Any) -> list[tuple[int, int, bool]]:
        """(UIDVALIDITY, UID, judged and not set aside) of each send."""
        found = self._all("SELECT uidvalidity, uid, score FROM sends WHERE mailbox_id = :id ORDER BY uid", mailbox)
        return [(row[0], row[1], row[2] is not None) for row in found]

    def set_aside(self, mailbox: Any) -> int:
        return len(self._all("SELECT uid FROM quarantined WHERE mailbox_id = :id", mailbox))

    def nudges(self, mailbox: Any) -> list[NudgeRow]:
        """All but those that the policy kept silent."""
        found = self._all(
            "SELECT state, attempts, verify_at, last_error FROM nudges WHERE mailbox_id = :id AND state <> 'silent'",
            mailbox,
        )
        return [NudgeRow(row[0], row[1], row[2] is not None, row[3]) for row in found]

    def feedback(self, mailbox: Any) -> int:
        return len(self._all("SELECT id FROM feedback WHERE mailbox_id = :id", mailbox))

    def _all(self, query: str, mailbox: Any = None) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(text(query), {"id": mailbox} if mailbox is not None else {}).all()
