"""Mail at the edge: messages as values, archives on disk, IMAP sessions, and letters to the rep."""
