"""What the service's database says, in plain SQL over its tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import NullPool, create_engine, text

OPEN = frozenset({"planned", "intent"})


# Each raises the error of a row that the database cannot take.
_REFUSALS: Final = {
    "sqlite": (
        """CREATE TRIGGER IF NOT EXISTS refuse BEFORE INSERT ON sends WHEN new.recipient_count = {}
           BEGIN SELECT abs(-9223372036854775807 - 1); END""",
    ),
    "postgresql": (
        """CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF new.recipient_count = {} THEN PERFORM repeat('x', 2000000000); END IF; RETURN new; END $$""",
        "CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON sends FOR EACH ROW EXECUTE FUNCTION refuse()",
    ),
}


@dataclass(frozen=True, slots=True)
class NudgeRow:
    state: str
    attempts: int
    verify: bool  # it is still to be looked for second copies
    error: str | None


class Rows:
    """Reads only; ids are as the database gives them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = create_engine(url, poolclass=NullPool)

    def mailboxes(self) -> dict[Any, tuple[str, int, int]]:
        """Id -> state, UIDVALIDITY and last UID, in order of connecting."""
        found = self._all("SELECT id, state, uidvalidity, last_uid FROM mailboxes ORDER BY connected_at")
        return {row[0]: (row[1], row[2] or 0, row[3]) for row in found}

    def judged(self, mailbox: Any, *, second: bool = False) -> list[tuple[int, int, bool]]:
        """(UIDVALIDITY, UID, judged and not set aside) of each send of the Sent folder, or of the `second` one."""
        found = self._all(
            "SELECT uidvalidity, uid, score, second FROM sends WHERE mailbox_id = :id ORDER BY uid", mailbox
        )
        return [(row[0], row[1], row[2] is not None) for row in found if bool(row[3]) == second]

    def set_aside(self, mailbox: Any) -> list[int]:
        """UIDs."""
        return [row[0] for row in self._all("SELECT uid FROM quarantined WHERE mailbox_id = :id ORDER BY uid", mailbox)]

    def nudges(self, mailbox: Any) -> list[NudgeRow]:
        """All but those that the policy kept silent; of what a digest tells of, the digest."""
        found = self._all(
            "SELECT state, attempts, verify_at, last_error FROM nudges "
            "WHERE mailbox_id = :id AND state <> 'silent' AND digest_id IS NULL",
            mailbox,
        )
        return [NudgeRow(row[0], row[1], row[2] is not None, row[3]) for row in found]

    def left_behind(self, mailbox: Any) -> list[str]:
        """The states of bursts whose digest is gone or in another state than they are."""
        found = self._all(
            "SELECT burst.state FROM nudges burst LEFT JOIN nudges digest ON digest.id = burst.digest_id "
            "WHERE burst.mailbox_id = :id AND burst.digest_id IS NOT NULL "
            "AND (digest.state IS NULL OR digest.state <> burst.state)",
            mailbox,
        )
        return [row[0] for row in found]

    def feedback(self, mailbox: Any) -> int:
        return len(self._all("SELECT id FROM feedback WHERE mailbox_id = :id", mailbox))

    def refuse(self, recipients: int) -> None:
        """From now on no send with so many recipients can be stored."""
        with self._engine.begin() as connection:
            for statement in _REFUSALS[self._engine.dialect.name]:
                connection.execute(text(statement.format(recipients)))

    def _all(self, query: str, mailbox: Any = None) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(text(query), {"id": mailbox} if mailbox is not None else {}).all()
