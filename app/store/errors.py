"""What can go wrong at the database edge."""


class StoreError(Exception):
    """The base of this edge's errors; its text says what to do."""


class KeyMissing(StoreError):
    """There is no key, or none of the given keys opens this database."""


class Tampered(StoreError):
    """A sealed value does not belong to its row, was changed, or was sealed with another key."""


class DatabaseUnavailable(StoreError):
    """The database cannot be opened, or is not at the schema that this version needs."""


class AlreadyWatching(StoreError):
    """Another process watches the mailboxes of this database."""


class CannotBeSaid(StoreError):
    """This kind of feedback makes no sense for this send or nudge."""


class UnknownRow(StoreError):
    """No such row, or not one of this rep's: the two are never told apart."""
