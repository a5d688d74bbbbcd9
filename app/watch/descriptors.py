"""How many connections this process may hold."""

import resource
from typing import Final

# For the page, the database, deliveries and the logs.
RESERVED: Final = 200
_PLENTY: Final = 1_000_000


def raise_descriptor_limit() -> int:
    """Raise the limit of open files as far as the system lets us, and return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _PLENTY if hard == resource.RLIM_INFINITY else hard
    if soft not in {wanted, resource.RLIM_INFINITY}:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
