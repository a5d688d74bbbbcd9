"""What can go wrong with the demo mailbox, in the words of its caller."""


class DemoError(Exception):
    """Base of the errors of the demo."""


class DemoUnavailable(DemoError):
    """The demo server cannot run here; the text says what to install or to free."""


class DemoUserExists(DemoError):
    """A demo user of that name is already there."""


class DemoUserUnknown(DemoError):
    """There is no demo user of that name, or no such folder."""
