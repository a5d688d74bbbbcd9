"""The watcher's intervals, and when a mailbox that failed is tried again."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
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


@dataclass(frozen=True, slots=True)
class WatchTimes:
    """Seconds. RFC 2177 asks for IDLE to be renewed within 29 minutes; NATs drop silent flows after five."""

    roster: float = 2.0
    renewal: float = 300.0
    poll: float = 60.0
    first_retry: float = 2.0
    longest_retry: float = 300.0
    attention_retry: float = 900.0
    survived: float = 60.0


@dataclass(frozen=True, slots=True)
class Retry:
    """`attention`: the rep is asked to act; `at` None: nothing is tried until the rep does."""

    attention: bool
    at: datetime | None


def retry_after(error: MailError, failures: int, now: datetime, times: WatchTimes) -> Retry:
    """What follows the `failures`-th failure in a row (from 1): exponential, full jitter, capped."""
    if isinstance(error, NEEDS_REP):
        again = failures < ATTENTION_TRIES
        return Retry(True, now + timedelta(seconds=times.attention_retry) if again else None)
    ceiling = min(times.longest_retry, times.first_retry * 1.5 ** min(failures - 1, 40))
    wait = random.uniform(ceiling / 2, ceiling)  # noqa: S311 - spreads reconnects, guards nothing
    return Retry(False, now + timedelta(seconds=wait))


def renewal_in(times: WatchTimes) -> float:
    """Seconds until the next renewal, spread by a fifth so that mailboxes do not renew all at once."""
    return times.renewal * random.uniform(0.8, 1.2)  # noqa: S311 - as above
