"""Discovery against a private DNS and web server, friendly and hostile ones."""
