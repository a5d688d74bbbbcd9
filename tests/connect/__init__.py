"""Connecting a mailbox, without the pages."""
