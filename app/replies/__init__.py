"""Looks now and then, by headers only, which of the rep's own mails were answered."""

from app.replies.loop import Replies
from app.replies.times import ReplyTimes

__all__ = ["Replies", "ReplyTimes"]
