"""Which nudges are withheld."""

from app.nudge.hold_out import draw

KEY = b"a key of this rep"


def bursts(number: int) -> list[bytes]:
    return [f"burst {n}".encode() for n in range(number)]


def test_a_burst_is_drawn_the_same_at_every_asking() -> None:
    assert [draw(KEY, burst) for burst in bursts(5)] == [draw(KEY, burst) for burst in bursts(5)]


def test_another_key_draws_others() -> None:
    assert [draw(KEY, burst) for burst in bursts(5)] != [draw(b"another", burst) for burst in bursts(5)]


def test_draws_are_spread_evenly() -> None:
    draws = sorted(draw(KEY, burst) for burst in bursts(4000))
    assert 0 <= draws[0] < draws[-1] < 1
    assert max(abs(place - n / 4000) for n, place in enumerate(draws)) < 0.03
