"""The hold-out: which due nudges are withheld, so that it can be seen whether nudges do anything."""

import hmac
from hashlib import sha256
from typing import Final

_BITS: Final = 53  # of a float's mantissa


def draw(key: bytes, burst: bytes) -> float:
    """The burst's place in the hold-out, 0 to below 1: the same at every asking, and not to be guessed without the key.

    Bursts whose place is below the share are withheld.
    """
    mac = hmac.new(key, burst, sha256).digest()
    return float(int.from_bytes(mac[:8], "big") >> (64 - _BITS)) / float(1 << _BITS)
