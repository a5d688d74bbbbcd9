"""Tests of the database edge, on SQLite and on PostgreSQL."""
