"""Kills at random moments while several reps send at once."""

import random
import threading
import time
from dataclasses import dataclass
from typing import Final

from tests.crash.lane import Lane
from tests.crash.seats import Outcome, Seat

REPS: Final = 3
KILLS: Final = 2
# From the start of the service; what is under way then ranges from logging in to the second delivery.
LONGEST: Final = 2.5


@dataclass(frozen=True, slots=True)
class Storm:
    """One round: the moments of its kills in seconds after each start, and what came of it."""

    moments: tuple[float, ...]
    outcomes: tuple[Outcome, ...] = ()
    problem: str = ""

    @property
    def kills(self) -> int:
        return len(self.moments)


def weather(lane: Lane, seed: int) -> Storm:
    """Three reps send a burst each, spread over the time in which the service is killed twice."""
    chance = random.Random(seed)
    moments = tuple(chance.uniform(0, LONGEST) for _ in range(KILLS))
    try:
        seats = lane.seat(REPS)
        lane.start()
        senders = [threading.Thread(target=_send, args=(seat, sum(moments), chance.random())) for seat in seats]
        for sender in senders:
            sender.start()
        for moment in moments:
            time.sleep(moment)
            lane.kill()
            lane.start()
        for sender in senders:
            sender.join()
        lane.await_quiet()
        return Storm(moments, tuple(seat.check(lane.rows) for seat in seats))
    except AssertionError as error:
        return Storm(moments, problem=str(error))
    finally:
        lane.kill()


def _send(seat: Seat, seconds: float, delay: float) -> None:
    """The burst, evenly over at most so many seconds, and a personal mail in its middle."""
    mails = seat.burst()
    time.sleep(delay)
    for number, raw in enumerate(mails):
        seat.send(raw)
        if number == len(mails) // 2:
            seat.send_personal()
        time.sleep(seconds / len(mails) / 2)
