"""One watched mailbox: where it stands, and its connection."""

import uuid
from dataclasses import dataclass, field
from enum import Enum, auto

from app.mail.imap import MailSession
from app.mail.lifeline import Lifeline
from app.watch.catch_up import Opened


class Stage(Enum):
    """What a mailbox does just now. Only in `WORKING` and `CONNECTING` it belongs to another thread than the loop's."""

    RESTING = auto()  # until its next attempt
    QUEUED = auto()  # waits for its turn to connect
    CONNECTING = auto()
    READY = auto()  # waits for a worker
    WORKING = auto()
    WAITING = auto()  # in IDLE, or until the next poll


@dataclass(slots=True, eq=False)
class Watched:
    """Owned by the loop while it waits and by one worker while it works, never by both."""

    id: uuid.UUID
    generation: int
    host: str  # name:port, which fail together
    in_history: bool  # its first read has not ended
    failures: int = 0
    needs_rep: bool = False  # the last failure was one that only the rep can mend
    stage: Stage = Stage.RESTING
    due_at: float | None = None  # see `Schedule`
    gone: bool = False  # paused, removed or changed: whoever holds it lets it go
    attempts: int = 0  # logins begun
    queued_at: float = 0.0
    queued_for: str | None = None  # why it waits, as far as that was written down
    connected_at: float = 0.0
    reconcile_at: float = 0.0
    lifeline: Lifeline = field(default_factory=Lifeline)
    session: MailSession | None = None
    opened: Opened | None = None
    cursor: int | None = None  # everything up to it was taken in; None while there is more to read
    idling: bool = False
    registered: bool = False  # the loop's selector waits on it
    reopen: bool = False  # the folder is to be opened anew, which shows a renamed or renumbered one
    can_idle: bool = True

    def close(self) -> None:
        if self.session is not None:
            self.session.close()
        self.session, self.opened, self.cursor, self.idling = None, None, None, False
