"""Watches Sent folders: many connections wait in one selector loop, a few workers read what is new."""

from app.watch.loop import Watcher
from app.watch.times import WatchTimes

__all__ = ["WatchTimes", "Watcher"]
