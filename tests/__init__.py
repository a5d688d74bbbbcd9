"""Tests on real parts: real servers, real databases, real mail files, and a clock that is passed in."""
