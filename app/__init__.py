"""Zuruf: watches a rep's Sent folder and nudges the rep, alone, to call instead of sending one more template."""

__version__ = "0.1.0"
