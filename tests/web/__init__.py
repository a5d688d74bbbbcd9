"""Tests of the pages: the real application over a real database file."""
