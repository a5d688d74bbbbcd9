"""Tests of reading, fetching, watching and composing mail."""
