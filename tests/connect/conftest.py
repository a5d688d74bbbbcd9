"""An installation on each kind of database."""

from tests.store.conftest import database, keys, prepared

__all__ = ["database", "keys", "prepared"]
