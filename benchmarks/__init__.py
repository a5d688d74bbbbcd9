"""Benchmarks: every measured claim of the documentation."""
