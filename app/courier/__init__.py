"""Carries due nudges into the rep's own INBOX: decides, composes, delivers, and makes sure of doubtful deliveries."""

from app.courier.loop import Courier
from app.courier.times import CourierTimes

__all__ = ["Courier", "CourierTimes"]
