"""Flows over real servers: mail in the Sent folder, nudge in INBOX, flagged sends on the page."""
