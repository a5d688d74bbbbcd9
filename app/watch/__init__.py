"""Watches Sent folders: many connections wait in one selector loop, a few workers read what is new."""

from app.watch.logins import LoginPace
from app.watch.progress import Progress
from app.watch.times import WatchTimes
from app.watch.watcher import Watcher

__all__ = ["LoginPace", "Progress", "WatchTimes", "Watcher"]
