"""What an installation meets besides mail servers: a locked or lost database, a full disk, a wrong clock, its end."""
