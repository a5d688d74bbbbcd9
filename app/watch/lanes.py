"""Whose turn it is to be worked on: news before history, hosts in turns, and no host all workers."""

from collections import OrderedDict, deque

from app.mail.errors import MailboxUnreachable
from app.watch.watched import Watched


class _Lane:
    """Mailboxes in order of arrival, taken from one host after the other."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, deque[Watched]] = OrderedDict()

    def add(self, watched: Watched) -> None:
        self._hosts.setdefault(watched.host, deque()).append(watched)

    def take(self, full: set[str]) -> Watched | None:
        """The next whose host is not `full`."""
        name = next((name for name in self._hosts if name not in full), None)
        if name is None:
            return None
        queue = self._hosts.pop(name)
        watched = queue.popleft()
        if queue:
            self._hosts[name] = queue
        return watched


class Lanes:
    """Used by the loop only. Of several workers at most half read history, and one is always out of a host's reach."""

    def __init__(self, workers: int) -> None:
        self._free = workers
        self._history_room = max(1, workers // 2)
        self._host_room = max(1, workers - max(1, workers // 4))
        self._news, self._history = _Lane(), _Lane()
        self._active: dict[str, int] = {}
        self._full: set[str] = set()
        self._hanging: set[str] = set()  # the last answer timed out: one worker at a time finds out more
        self._reading: set[Watched] = set()

    def add(self, watched: Watched, history: bool) -> None:
        (self._history if history else self._news).add(watched)

    def next(self) -> Watched | None:
        """The next that a worker should take now, if any; `done` must follow, also for one that is `gone`."""
        if not self._free:
            return None
        watched = self._news.take(self._full)
        if watched is None and len(self._reading) < self._history_room:
            watched = self._history.take(self._full)
            if watched is not None:
                self._reading.add(watched)
        if watched is not None:
            self._free -= 1
            self._active[watched.host] = self._active.get(watched.host, 0) + 1
            self._weigh(watched.host)
        return watched

    def done(self, watched: Watched, error: Exception | None) -> None:
        self._free += 1
        self._reading.discard(watched)
        self._active[watched.host] -= 1
        if isinstance(error, MailboxUnreachable) and error.code == "timeout":
            self._hanging.add(watched.host)
        elif error is None:
            self._hanging.discard(watched.host)
        self._weigh(watched.host)

    def _weigh(self, host: str) -> None:
        active = self._active[host]
        if active >= (1 if host in self._hanging else self._host_room):
            self._full.add(host)
        else:
            self._full.discard(host)
        if not active:
            del self._active[host]
