"""The search for answers, in real mailboxes."""
