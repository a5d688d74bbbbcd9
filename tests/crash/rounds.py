"""What happens in one round of each story: reps send, the service is killed at a point, and finds back."""

import http.client
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from tests.crash.lane import Lane
from tests.crash.points import Point, Story
from tests.crash.seats import REFUSED, Outcome
from tests.servers.smtp import Deliver, SubmissionServer


@dataclass(frozen=True, slots=True)
class Result:
    """One round; `problem` says what went wrong, if anything did."""

    point: Point
    kills: int
    outcomes: tuple[Outcome, ...] = ()
    problem: str = ""


def play(lane: Lane, point: Point) -> Result:
    """One round with two fresh reps; the service is down afterwards."""
    kills = 0
    try:
        seats = lane.seat(2, settle=15 if point.story is Story.UNSETTLED else 1)
        _STORIES[point.story](lane, point)
        kills = 1 + len(point.before)
        lane.await_quiet()
        return Result(point, kills, tuple(seat.check(lane.rows) for seat in seats))
    except AssertionError as error:
        return Result(point, kills, problem=str(error))
    finally:
        lane.kill()


def _connected(lane: Lane, point: Point) -> None:
    for seat in lane.seats:
        seat.send_burst()
    _die(lane, point.number)
    lane.start()


def _live(lane: Lane, point: Point) -> None:
    lane.start(str(point.number), behind_gate=True)
    lane.await_watched()
    lane.gate.touch()
    for seat in lane.seats:
        seat.send_burst()
    lane.await_death(point.number)
    lane.start()


def _in_doubt(lane: Lane, point: Point) -> None:
    """Only one rep has a burst, so that it is clear which nudge passes the points."""
    lane.seats[0].send_burst()
    for number in (*point.before, point.number):
        _die(lane, number)
    lane.seats[1].send_personal()
    lane.start()


def _two_copies(lane: Lane, point: Point) -> None:
    lane.seats[0].send_burst()
    for number in point.before:
        _die(lane, number)
    lane.seats[0].copy_nudge()
    _die(lane, point.number)
    lane.start()


def _renumbered(lane: Lane, point: Point) -> None:
    _end_well(lane)
    lane.kill()
    for seat in lane.seats:
        seat.renumber()
        seat.send_personal()
    _die(lane, point.number)
    lane.start()


def _feedback(lane: Lane, point: Point) -> None:
    """A word that the service died of is either kept or not; said again, it stands once."""
    _end_well(lane)
    lane.kill()
    lane.start(str(point.number))
    lane.await_ready()
    path = lane.seats[0].link()
    with suppress(http.client.HTTPException, ConnectionError):
        _post(lane, path)
    lane.await_death(point.number)
    assert lane.rows.feedback(lane.seats[0].mailbox) == ("after" in point.moment)
    lane.start()
    lane.await_ready()
    _post(lane, path)
    assert lane.rows.feedback(lane.seats[0].mailbox) == 1


def _pause(lane: Lane, point: Point) -> None:
    """A paused mailbox is left alone until it is resumed, one that was not paused is not."""
    _end_well(lane)
    seat, other = lane.seats
    word = lane.run(["mailbox", "pause", "--email", seat.user], points=[str(point.number)])
    assert word == f"killed {point.number}", word
    lane.kill()
    before = len(seat.sent)
    for one in lane.seats:
        one.send_personal()
    lane.start()
    if "before" in point.moment:
        return
    lane.await_true(lambda: other.is_quiet(lane.rows), "the other rep is not served")
    assert len(lane.rows.judged(seat.mailbox)) == before, "a paused mailbox was read"
    lane.run(["mailbox", "resume", "--email", seat.user])


def _set_aside(lane: Lane, point: Point) -> None:
    lane.rows.refuse(REFUSED)
    for seat in lane.seats:
        seat.send_refused()
        seat.send_burst()
    _die(lane, point.number)
    lane.start()


def _second(lane: Lane, point: Point) -> None:
    for seat in lane.seats:
        seat.fill_second()
        lane.choose_second(seat)
        seat.send_burst()
    _die(lane, point.number)
    lane.start()


def _submitted(lane: Lane, point: Point) -> None:
    """Only one rep has a burst, so that it is clear which nudge passes the points."""
    seat = lane.seats[0]
    with SubmissionServer(lane.directory, deliver=_into_inbox(lane)) as server:
        secret = lane.directory / "submission-password"
        secret.write_text(server.password)
        where = ["--host", server.endpoint.host, "--port", str(server.endpoint.port), "--tls", "none"]
        how = ["--by", "smtp", *where, "--password-file", str(secret)]
        lane.run(["mailbox", "deliver", "--email", seat.user, *how])
        seat.send_burst()
        _die(lane, point.number)
        lane.seats[1].send_personal()
        lane.start()
        lane.await_quiet()


def _digest(lane: Lane, point: Point) -> None:
    """Only one rep has a burst, so that it is clear whose digest passes the points."""
    seat = lane.seats[0]
    lane.choose_digest(seat)
    seat.send_burst()
    for number in (*point.before, point.number):
        _die(lane, number)
    lane.start()


def _into_inbox(lane: Lane) -> Deliver:
    def deliver(recipient: str, raw: bytes) -> None:
        lane.dovecot.append(recipient, raw, "INBOX", flags="()")

    return deliver


def _die(lane: Lane, number: int) -> None:
    lane.start(str(number))
    lane.await_death(number)


def _end_well(lane: Lane) -> None:
    """A burst of the first rep comes to its end."""
    lane.seats[0].send_burst()
    lane.start()
    lane.await_quiet()


def _post(lane: Lane, path: str) -> None:
    assert lane.ask("POST", path) == 303


_STORIES: Final[Mapping[Story, Callable[[Lane, Point], None]]] = {
    Story.CONNECTED: _connected,
    Story.LIVE: _live,
    Story.UNSETTLED: _connected,
    Story.IN_DOUBT: _in_doubt,
    Story.TWO_COPIES: _two_copies,
    Story.RENUMBERED: _renumbered,
    Story.FEEDBACK: _feedback,
    Story.SET_ASIDE: _set_aside,
    Story.SECOND: _second,
    Story.SUBMITTED: _submitted,
    Story.DIGEST: _digest,
    Story.PAUSE: _pause,
}
