"""How far the watcher is with connecting."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.watch.watched import Stage, Watched

_CONNECTED = frozenset({Stage.READY, Stage.WORKING, Stage.WAITING})
_IN_TURN = frozenset({Stage.QUEUED, Stage.CONNECTING})


@dataclass(frozen=True, slots=True)
class Progress:
    """Mailboxes: all that are to be watched, those connected, and those waiting for their turn to connect.

    The rest could not be reached, or needs the rep, and waits for its next attempt.
    """

    wanted: int
    watched: int
    waiting: int


def progress_of(mailboxes: Iterable[Watched]) -> Progress:
    stages = [watched.stage for watched in mailboxes]
    return Progress(
        len(stages), sum(stage in _CONNECTED for stage in stages), sum(stage in _IN_TURN for stage in stages)
    )
