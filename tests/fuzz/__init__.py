"""Octets that no server or mail should ever have sent; the corpus keeps the instructive ones."""
