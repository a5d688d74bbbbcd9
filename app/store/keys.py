"""The vaults of the installation and of each rep, unwrapped once and kept in memory while the process runs."""

import uuid
from collections.abc import Collection
from threading import Lock

from sqlalchemy.orm import Session

from app.store.errors import UnknownRow
from app.store.schema import Installation, Rep
from app.store.vault import DataVault, KeyRing

_ONLY = 1


class Keys:
    """Hands out vaults. Threads may share it."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._reps: dict[uuid.UUID, DataVault] = {}
        self._installation: DataVault | None = None
        self._lock = Lock()

    def prepare_installation(self, session: Session) -> None:
        """Make the installation's data key where there is none yet; raises `KeyMissing` if the ring cannot open it."""
        if session.get(Installation, _ONLY) is None:
            session.add(Installation(id=_ONLY, wrapped_key=self._ring.wrap_new("installation")))
            session.flush()
        self.of_installation(session)

    def of_installation(self, session: Session) -> DataVault:
        with self._lock:
            if self._installation is None:
                row = session.get_one(Installation, _ONLY)
                self._installation = self._ring.unwrap("installation", row.wrapped_key)
            return self._installation

    def wrap_for(self, rep_id: uuid.UUID) -> bytes:
        """A new wrapped data key for a rep that is about to be stored."""
        return self._ring.wrap_new(f"rep/{rep_id}")

    def of_rep(self, session: Session, rep_id: uuid.UUID) -> DataVault:
        """Raises `UnknownRow` and `KeyMissing`."""
        with self._lock:
            vault = self._reps.get(rep_id)
            if vault is None:
                rep = session.get(Rep, rep_id)
                if rep is None:
                    raise UnknownRow("no such rep")
                vault = self._reps[rep_id] = self._ring.unwrap(f"rep/{rep_id}", rep.wrapped_key)
            return vault

    def forget(self, rep_id: uuid.UUID) -> None:
        """Drop an erased rep's key from memory."""
        with self._lock:
            self._reps.pop(rep_id, None)

    def forget_all_but(self, rep_ids: Collection[uuid.UUID]) -> None:
        """Drop the keys of reps that another process erased."""
        with self._lock:
            for rep_id in self._reps.keys() - set(rep_ids):
                del self._reps[rep_id]
