"""The watcher's intervals, and when a mailbox that failed is tried again."""

import random
from dataclasses import dataclass
from typing import Final

from app.mail.errors import (
    AddressForbidden,
    CertificateRefused,
    FolderMissing,
    ImapSwitchedOff,
    LoginRefused,
    MailError,
    UnsafeArgument,
)

# Only the rep can mend these; a server that has a bad day may also answer so, hence a few slow tries.
NEEDS_REP: Final = (LoginRefused, ImapSwitchedOff, CertificateRefused, FolderMissing, AddressForbidden, UnsafeArgument)
ATTENTION_TRIES: Final = 3
_GROWTH: Final = 1.5

# Providers that end an IDLE sooner than others, as EmailEngine found out; by the end of the host's name.
_SHORT_IDLE: Final = {".yahoo.com": 180.0, ".rambler.ru": 55.0}


@dataclass(frozen=True, slots=True)
class WatchTimes:
    """Seconds. RFC 2177 asks for IDLE to be renewed within 29 minutes; NATs drop silent flows after five.

    `reconcile`: the folder is opened and searched anew at least so often, however healthy IDLE looks.
    `stop_patience`: what a worker gets to finish its batch; then connections are cut, and at `stop` threads are left.
    """

    roster: float = 2.0
    full_roster: float = 60.0
    contacts: float = 60.0
    renewal: float = 300.0
    reconcile: float = 900.0
    poll: float = 60.0
    first_retry: float = 2.0
    longest_retry: float = 300.0
    crowded_retry: float = 60.0
    longest_crowded_retry: float = 900.0
    longest_host_retry: float = 60.0
    database_retry: float = 5.0
    attention_retry: float = 900.0
    survived: float = 60.0
    queue_shown: float = 5.0
    stop_patience: float = 3.0
    stop: float = 6.0


@dataclass(frozen=True, slots=True)
class Retry:
    """`attention`: the rep is asked to act; `seconds` None: nothing is tried until the rep does."""

    attention: bool
    seconds: float | None


def retry_after(error: MailError, failures: int, times: WatchTimes) -> Retry:
    """What follows the `failures`-th failure in a row (from 1): exponential with jitter, capped."""
    if isinstance(error, NEEDS_REP):
        return Retry(True, times.attention_retry if failures < ATTENTION_TRIES else None)
    if error.code == "too_many_connections":
        # The rep's phone and desktop hold them: knocking again and again would take theirs away.
        return Retry(False, backoff(failures, times.crowded_retry, times.longest_crowded_retry))
    return Retry(False, backoff(failures, times.first_retry, times.longest_retry))


def backoff(failures: int, first: float, longest: float) -> float:
    """Seconds to wait after the `failures`-th failure in a row (from 1)."""
    ceiling = min(longest, first * _GROWTH ** min(failures - 1, 40))
    return random.uniform(ceiling / 2, ceiling)  # noqa: S311 - spreads reconnects, guards nothing


def spread(seconds: float) -> float:
    """More or less by a fifth, so that mailboxes do not all do the same at once."""
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - as above


def renewal_in(times: WatchTimes, host: str) -> float:
    """Seconds until the next renewal of an IDLE; `host` is its name and port."""
    name = "." + host.rpartition(":")[0].casefold()
    limit = next((most for end, most in _SHORT_IDLE.items() if name.endswith(end)), None)
    # A limit is none that may be passed by a fifth.
    return spread(times.renewal) if limit is None or limit > times.renewal else spread(limit / 1.2)


def reconcile_in(times: WatchTimes) -> float:
    """Seconds until the folder is opened anew: never more than `reconcile`."""
    return spread(times.reconcile / 1.2)
