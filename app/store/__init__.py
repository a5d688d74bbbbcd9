"""The database: rows, the questions asked of them, and the sealing of what is personal. Knows no mail or page."""
