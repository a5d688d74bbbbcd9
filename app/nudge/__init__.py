"""Decides whether, when and how a rep is nudged. Values in, values out: no database, no mailbox, no clock."""
