"""The courier, with a real mailbox and a real database."""
