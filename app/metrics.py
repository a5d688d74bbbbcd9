"""Figures for an administrator's monitoring: how many, how fast, how they are. No label tells person, host or mail."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Final, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

FAST: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)
SLOW: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)

T = TypeVar("T")


class Metrics:
    """The counters of one process; the parts that it is handed to may use it from any thread."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._progress: Callable[[], Mapping[str, int]] = dict
        self._mailboxes = Gauge("zuruf_mailboxes", "Connected mailboxes.", ["state"], registry=self._registry)
        self._nudges = Gauge(
            "zuruf_nudges", "Nudges that are under way, or failed.", ["state"], registry=self._registry
        )
        self._silence = Gauge(
            "zuruf_longest_silence_seconds",
            "Since the server of a watched mailbox was last heard of, the longest.",
            registry=self._registry,
        )
        self._watching = Gauge(
            "zuruf_watching",
            "Mailboxes of this process: all it is to watch, those connected, those waiting for their turn to connect.",
            ["mailboxes"],
            registry=self._registry,
        )
        self._fetching = Histogram(
            "zuruf_fetch_seconds", "To fetch a batch of mails.", buckets=SLOW, registry=self._registry
        )
        self._judging = Histogram("zuruf_judge_seconds", "To judge a mail.", buckets=FAST, registry=self._registry)
        self._lag = Histogram(
            "zuruf_lag_seconds",
            "From the filing of a send in a watched folder, by the server's clock, to its judgement.",
            buckets=SLOW,
            registry=self._registry,
        )
        self._sends = Counter("zuruf_sends", "Sends judged.", registry=self._registry)
        self._connections = Counter(
            "zuruf_connections",
            "Connections opened, and why one was lost or could not be opened.",
            ["outcome"],
            registry=self._registry,
        )

    def fetching(self, groups: Iterable[T]) -> Iterator[T]:
        """The groups of a batch as they are fetched; what is done with them between takes no time here.

        Only a batch that is fetched to its end is counted.
        """
        seconds, start = 0.0, perf_counter()
        for group in groups:
            seconds += perf_counter() - start
            yield group
            start = perf_counter()
        self._fetching.observe(seconds + perf_counter() - start)

    @contextmanager
    def judging(self) -> Iterator[None]:
        start = perf_counter()
        yield
        self._judging.observe(perf_counter() - start)

    def judged(self, lag: float | None) -> None:
        """`lag` in seconds; None for mail that was found in the history. Clocks differ, so it is never below zero."""
        self._sends.inc()
        if lag is not None:
            self._lag.observe(max(lag, 0.0))

    def connected(self) -> None:
        self._connections.labels("connected").inc()

    def lost(self, reason: str) -> None:
        """`reason` is an error's short code."""
        self._connections.labels(reason).inc()

    def follow(self, progress: Callable[[], Mapping[str, int]]) -> None:
        """Ask this for the mailboxes `wanted`, `watched` and `waiting` whenever somebody wants to know."""
        self._progress = progress

    def progress(self) -> Mapping[str, int]:
        """How far the watcher is with connecting; empty where none runs."""
        return self._progress()

    def render(self, mailboxes: Mapping[str, int], nudges: Mapping[str, int], silence: float) -> bytes:
        """Everything in the text format of Prometheus; the arguments are what the database has now."""
        self._silence.set(silence)
        for gauge, counts in ((self._mailboxes, mailboxes), (self._nudges, nudges), (self._watching, self._progress())):
            for state, count in counts.items():
                gauge.labels(state).set(count)
        return generate_latest(self._registry)
