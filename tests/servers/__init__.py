"""Private servers for tests and scripts: each runs on loopback, in a directory of its own, without root rights."""
