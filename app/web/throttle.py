"""Slows down guessing: counts attempts by network and by address, in the memory of this process."""

import ipaddress
import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request


class TooManyAttempts(Exception):
    """Try again at `retry_at` (aware UTC), `seconds` from now."""

    def __init__(self, retry_at: datetime, seconds: int) -> None:
        super().__init__("too many attempts")
        self.retry_at = retry_at
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often one thing may be tried in 15 minutes."""

    name: str
    per_network: RateLimitItem
    per_address: RateLimitItem


CONNECT: Final = Allowance("connect", RateLimitItemPerMinute(30, 15), RateLimitItemPerMinute(8, 15))
ASK_FOR_LINK: Final = Allowance("ask-for-link", RateLimitItemPerMinute(20, 15), RateLimitItemPerMinute(3, 15))
LOOK_AT_FOLDERS: Final = Allowance("look-at-folders", RateLimitItemPerMinute(60, 15), RateLimitItemPerMinute(30, 15))
SAMPLE: Final = Allowance("sample", RateLimitItemPerMinute(10, 15), RateLimitItemPerMinute(3, 15))
USE_LINK: Final = Allowance("use-link", RateLimitItemPerMinute(30, 15), RateLimitItemPerMinute(30, 15))


class Throttle:
    """One for each application."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, request: Request, allowance: Allowance, address: str = "") -> None:
        """Count an attempt; raises `TooManyAttempts` for each one above the allowance."""
        network = network_of(request.client.host if request.client else "")
        self._hit(allowance.per_network, allowance.name, f"network/{network}")
        if address:
            self._hit(allowance.per_address, allowance.name, f"address/{address.strip().casefold()}")

    def _hit(self, limit: RateLimitItem, *names: str) -> None:
        if self._limiter.hit(limit, *names):
            return
        ends = self._limiter.get_window_stats(limit, *names).reset_time
        raise TooManyAttempts(datetime.fromtimestamp(ends, UTC), max(1, math.ceil(ends - time.time())))


def network_of(host: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 subscriber has (RFC 6177)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def throttle_of(request: Request) -> Throttle:
    """The throttle that this application was made with."""
    throttle = request.app.state.throttle
    if not isinstance(throttle, Throttle):
        raise TypeError("the application was not made by create_app")
    return throttle
