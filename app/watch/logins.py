"""Whose turn it is to connect: so many at once, so many a second, one probe at a time to a host that is in doubt."""

import heapq
from collections import deque
from dataclasses import dataclass, field
from itertools import count

from app.mail.errors import MailboxUnreachable, ServerBusy
from app.watch.times import WatchTimes, backoff, spread
from app.watch.watched import Watched

WAITING_TURN = "waiting_turn"


@dataclass(frozen=True, slots=True)
class LoginPace:
    """Logins at once, and starts a second in all and to one host; 0 is as many as come."""

    at_once: int = 8
    per_second: float = 20.0
    per_host: float = 5.0


@dataclass(slots=True)
class _Host:
    name: str
    queue: deque[Watched] = field(default_factory=deque)
    active: int = 0
    ready_at: float = 0.0
    proven: bool = False  # the last login that ended did not fail for a reason that lies with the host
    failures: int = 0
    reason: str = WAITING_TURN
    listed: bool = False  # it stands in the heap

    @property
    def may_start(self) -> bool:
        return self.proven or not self.active


class Logins:
    """Queues of mailboxes that want to connect, one for each host; used by the loop only.

    A thousand mailboxes on a server that is down cost one attempt now and then, not a thousand timeouts.
    """

    def __init__(self, pace: LoginPace, times: WatchTimes) -> None:
        self._pace = pace
        self._times = times
        self._hosts: dict[str, _Host] = {}
        self._heap: list[tuple[float, int, _Host]] = []
        self._numbers = count()
        self._active = 0
        self.waiting = 0
        self._ready_at = 0.0

    def add(self, watched: Watched) -> None:
        host = self._hosts.setdefault(watched.host, _Host(watched.host))
        host.queue.append(watched)
        self.waiting += 1
        self._list(host)

    def next(self, now: float) -> Watched | None:
        """The next to connect now, if any; `done` must follow."""
        while (at := self.next_at()) is not None and at <= now:
            host = heapq.heappop(self._heap)[2]
            host.listed = False
            if host.ready_at > now or not host.may_start:
                self._list(host)
            elif (watched := self._first(host.queue)) is not None:
                self._begin(host, now)
                return watched
        return None

    def next_at(self) -> float | None:
        """When to ask again; None: not before another one came or is done."""
        if not self._heap or self._active >= self._pace.at_once:
            return None
        return max(self._ready_at, self._heap[0][0])

    def done(self, watched: Watched, error: Exception | None, now: float) -> None:
        host = self._hosts[watched.host]
        host.active -= 1
        self._active -= 1
        if error is not None and lies_with_host(error):
            host.proven, host.reason = False, str(error)
            host.failures += 1
            wait = backoff(host.failures, self._times.first_retry, self._times.longest_host_retry)
            host.ready_at = max(host.ready_at, now + wait)
        else:
            host.proven, host.reason, host.failures = True, WAITING_TURN, 0
        self._list(host)

    def reason(self, watched: Watched) -> str:
        """Why it still waits: a code for the page."""
        return self._hosts[watched.host].reason

    def _begin(self, host: _Host, now: float) -> None:
        host.active += 1
        self._active += 1
        host.ready_at = now + _gap(self._pace.per_host)
        self._ready_at = now + _gap(self._pace.per_second)
        self._list(host)

    def _first(self, queue: deque[Watched]) -> Watched | None:
        while queue:
            watched = queue.popleft()
            self.waiting -= 1
            if not watched.gone:
                return watched
        return None

    def _list(self, host: _Host) -> None:
        if host.queue and host.may_start and not host.listed:
            host.listed = True
            heapq.heappush(self._heap, (host.ready_at, next(self._numbers), host))


def lies_with_host(error: Exception) -> bool:
    """Whether the other mailboxes of the host would fail alike."""
    return isinstance(error, MailboxUnreachable) or (isinstance(error, ServerBusy) and error.code == ServerBusy.default)


def _gap(rate: float) -> float:
    return spread(1 / rate) if rate else 0.0
