"""The geometry of the plots on the insights page: numbers in, places on a drawing of fixed size out. Knows no text."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Final

WIDTH: Final = 360.0
_LEFT: Final = 34.0  # for the numbers of the axis
_TOP: Final = 10.0
_BARS: Final = 150.0
_LABELS: Final = 22.0
_GAP: Final = 0.25  # of the room of a bar
_WIDEST: Final = 44.0
_MOST_LABELS: Final = 5
_ROW: Final = 46.0
_STEPS: Final = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Tick:
    """A value of an axis and where it stands on it."""

    value: float
    at: float


@dataclass(frozen=True, slots=True)
class Bar:
    """Two stacked bars from the ground up; `label` tells whether its week is named below."""

    x: float
    width: float
    middle: float
    whole_y: float
    whole: float
    part_y: float
    part: float
    label: bool


@dataclass(frozen=True, slots=True)
class BarPlot:
    width: float
    height: float
    left: float
    ground: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A share as a dot on the line of its interval."""

    y: float
    low: float
    high: float
    dot: float


@dataclass(frozen=True, slots=True)
class RatePlot:
    width: float
    height: float
    top: float
    ground: float
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]


def bar_plot(values: Sequence[tuple[int, int]]) -> BarPlot:
    """Bars of (whole, part of it), from left to right."""
    ticks = _ticks(max((whole for whole, _ in values), default=0))
    most, ground = ticks[-1], _TOP + _BARS
    room = (WIDTH - _LEFT) / max(len(values), 1)
    every = ceil(len(values) / _MOST_LABELS)
    bars = tuple(
        _bar(_LEFT + room * place, room, whole / most * _BARS, part / most * _BARS, place % every == 0)
        for place, (whole, part) in enumerate(values)
    )
    marks = tuple(Tick(tick, ground - tick / most * _BARS) for tick in ticks)
    return BarPlot(WIDTH, ground + _LABELS, _LEFT, ground, bars, marks)


def _bar(x: float, room: float, whole: float, part: float, label: bool) -> Bar:
    ground, width, middle = _TOP + _BARS, min(room * (1 - _GAP), _WIDEST), x + room / 2
    return Bar(
        x=round(middle - width / 2, 1),
        width=round(width, 1),
        middle=round(middle, 1),
        whole_y=round(ground - whole, 1),
        whole=round(whole - part, 1),
        part_y=round(ground - part, 1),
        part=round(part, 1),
        label=label,
    )


def _ticks(most: int) -> list[float]:
    """0 and two to five round whole numbers, the last not below `most`."""
    scale = 10 ** max(0, ceil(log10(max(most, 1))) - 1)
    step = next(one * scale for one in _STEPS if one * scale * 4 >= most or one == _STEPS[-1])
    return [float(step * number) for number in range(max(ceil(most / step), 1) + 1)]


def rate_plot(shares: Sequence[tuple[float, float, float]]) -> RatePlot:
    """Rows of (low, share, high), each 0 to 1, on one axis from 0 to the next round share."""
    highest = max((high for _, _, high in shares), default=1.0)
    end = min(1.0, ceil(highest * 10) / 10) or 1.0
    left, length = 8.0, WIDTH - 40.0
    rows = tuple(
        Row(
            y=_TOP + _ROW * (place + 0.7),
            low=round(left + low / end * length, 1),
            high=round(left + high / end * length, 1),
            dot=round(left + share / end * length, 1),
        )
        for place, (low, share, high) in enumerate(shares)
    )
    ground = _TOP + _ROW * len(shares)
    ticks = tuple(Tick(end * part / 2, round(left + length * part / 2, 1)) for part in range(3))
    return RatePlot(WIDTH, ground + _LABELS, _TOP, ground, rows, ticks)
