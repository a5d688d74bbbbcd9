"""The demo mailbox: an IMAP server in this process with the history of an invented rep, and what visitors do there.

It knows nothing of how the mailbox is connected, watched or shown.
"""

from app.demo.desk import Demo, DemoAccount
from app.demo.errors import DemoError, DemoUnavailable, DemoUserExists, DemoUserUnknown

__all__ = ["Demo", "DemoAccount", "DemoError", "DemoUnavailable", "DemoUserExists", "DemoUserUnknown"]
