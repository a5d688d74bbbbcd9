"""Envelope encryption: a key ring wraps a few data keys for each rep, and these seal the rep's rows.

AES-256-GCM (NIST SP 800-38D) with the row and column as associated data, so that a sealed value cannot be moved to
another row. Erasing a rep's wrapped keys makes every sealed value of that rep unreadable. Keyed hashes for look-ups
come by HKDF (RFC 5869) from the first data key, the root, which stays when the sealing keys change: what they are
hashes of is not kept, so they could not be made anew.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from app.store.errors import KeyMissing, Tampered

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12  # NIST SP 800-38D 8.2.1
INDEX_BYTES: Final = 16


def new_key() -> bytes:
    """A random 256-bit key."""
    return os.urandom(KEY_BYTES)


def encode_key(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode("ascii")


def decode_keys(text: str) -> list[bytes]:
    """The keys of a key file: one base64 key a line, the newest first.

    Raises `KeyMissing` naming the line that is no key.
    """
    keys = []
    for number, line in enumerate(text.split(), start=1):
        try:
            key = base64.urlsafe_b64decode(line)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise KeyMissing(f"key {number} is not {KEY_BYTES} bytes in base64; make one with: zuruf keys new")
        keys.append(key)
    if not keys:
        raise KeyMissing("no key is set; make one with: zuruf keys new")
    return keys


def seal(key: bytes, place: str, plain: bytes) -> bytes:
    """Encrypt `plain` for exactly this `place` (such as `send/<id>/envelope`)."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unseal(key: bytes, place: str, sealed: bytes) -> bytes:
    """Decrypt what `seal` made for the same place; raises `Tampered`."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError) as error:
        raise Tampered(f"the sealed value of {place.split('/', maxsplit=1)[0]} cannot be opened") from error


class DataVault:
    """Seals and looks up the values of one rep (or of the installation itself)."""

    def __init__(self, root: bytes, sealing: Sequence[bytes] = ()) -> None:
        """The first of the `sealing` keys seals, each of them opens; without any, the root does both."""
        self._root = root
        self._sealing = tuple(sealing) or (root,)
        self._index_key = self.derive("index")

    @property
    def secret(self) -> bytes:
        """What is wrapped: the root, and the sealing keys after it unless the root seals."""
        return self._root if self._sealing == (self._root,) else b"".join((self._root, *self._sealing))

    @classmethod
    def of_secret(cls, secret: bytes) -> Self:
        root, *sealing = [secret[start : start + KEY_BYTES] for start in range(0, len(secret), KEY_BYTES)]
        return cls(root, sealing)

    @property
    def is_between_keys(self) -> bool:
        """Whether values may still be sealed with an older key."""
        return len(self._sealing) > 1

    def with_new_key(self) -> Self:
        """The same vault with a fresh key that seals from now on."""
        return type(self)(self._root, (new_key(), *self._sealing))

    def with_newest_key_only(self) -> Self:
        return type(self)(self._root, self._sealing[:1])

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose, such as the sketches of one mailbox."""
        return HKDFExpand(algorithm=hashes.SHA256(), length=KEY_BYTES, info=purpose.encode()).derive(self._root)

    def seal_text(self, place: str, text: str) -> bytes:
        return seal(self._sealing[0], place, text.encode("utf-8", "surrogatepass"))

    def unseal_text(self, place: str, sealed: bytes) -> str:
        """Raises `Tampered`."""
        *newer, oldest = self._sealing
        for key in newer:
            with suppress(Tampered):
                return unseal(key, place, sealed).decode("utf-8", "surrogatepass")
        return unseal(oldest, place, sealed).decode("utf-8", "surrogatepass")

    def index(self, kind: str, value: str) -> bytes:
        """A keyed hash (16 bytes) by which an encrypted value can be found again."""
        message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self._index_key, message, sha256).digest()[:INDEX_BYTES]


class KeyRing:
    """The installation's keys: the first one wraps, every one unwraps."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise KeyMissing("no key is set; make one with: zuruf keys new")
        self._keys = tuple(keys)

    def wrap_new(self, place: str) -> bytes:
        """A fresh data key, sealed for `place`."""
        return self.wrap(place, DataVault(new_key()))

    def wrap(self, place: str, vault: DataVault) -> bytes:
        """The vault's keys, sealed for `place` with the newest key of the ring."""
        return seal(self._keys[0], place, vault.secret)

    def is_newest(self, place: str, wrapped: bytes) -> bool:
        """Whether the newest key of the ring wrapped it."""
        try:
            unseal(self._keys[0], place, wrapped)
        except Tampered:
            return False
        return True

    def unwrap(self, place: str, wrapped: bytes) -> DataVault:
        """The vault of a wrapped data key; raises `KeyMissing` where no key of the ring opens it."""
        for key in self._keys:
            try:
                return DataVault.of_secret(unseal(key, place, wrapped))
            except Tampered:
                continue
        raise KeyMissing("no configured key opens this database; is ZURUF_SECRET_KEY the one it was made with?")
