"""Runs a command of the service with points armed: the process kills itself with -9 when it passes one.

    python -m tests.crash.service POINT[:N] ... [-- COMMAND ...]

The default command is `serve`; N is the pass that counts, by default that of the table. `trace` instead of points
prints what could be a point. A point whose name the product no longer has stops the start.
"""

import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.crash.points import POINTS
from tests.crash.trace import UnknownName, replace, trace_calls, trace_commits
from tests.crash.wire import trace_wire


@dataclass(slots=True)
class Armed:
    """Points with the passes that are left; nothing counts before the file `gate` exists."""

    left: dict[int, int]
    gate: Path | None = None
    report: Path | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, line: str) -> None:
        for number in self.left:
            if re.match(POINTS[number].moment, line) and (self.gate is None or self.gate.exists()):
                self._pass(number)

    def _pass(self, number: int) -> None:
        with self.lock:
            self.left[number] -= 1
            if self.left[number] == 0:
                if self.report is not None:
                    self.report.write_text(f"killed {number}")
                os.kill(os.getpid(), signal.SIGKILL)


def armed_with(words: Sequence[str]) -> dict[int, int]:
    """`POINT` or `POINT:N` each."""
    pairs = (word.partition(":") for word in words)
    return {int(number): int(passes or POINTS[int(number)].passes) for number, _, passes in pairs}


def called_names() -> list[str]:
    """The names of the product that the table holds."""
    found = (re.fullmatch(r"call \w+ (\S+)", point.moment) for point in POINTS.values())
    return sorted({match[1] for match in found if match is not None})


def watch_over(tell: Callable[[str], None]) -> None:
    """Let `tell` have the trace of this process."""
    trace_calls(called_names(), tell)
    trace_commits(tell)
    trace_wire(tell)


def hasten() -> None:
    """Short intervals and small batches, so that a round takes seconds; raises `UnknownName` where one has gone."""
    from app.courier import times as courier
    from app.watch import times as watch

    _set_defaults(watch.WatchTimes, roster=0.2, first_retry=0.2, longest_retry=0.5)
    shortly = timedelta(seconds=0.5)
    short = dict.fromkeys(("verify", "unreachable", "refused", "submitted"), shortly)
    _set_defaults(courier.CourierTimes, round=0.1, **short)
    replace("app.watch.reading.BATCH", 3)
    replace("app.nudge.digest.next_digest", _at_once)
    replace("app.intake.take_in.AT_ONCE", 2)


def _at_once(moment: datetime, *_: object) -> datetime:
    """A digest does not wait for a morning."""
    return moment


def _set_defaults(times: type, **values: object) -> None:
    names = [one.name for one in fields(times) if one.default is not MISSING]
    if unknown := values.keys() - set(names):
        raise UnknownName(f"{times.__name__}: {', '.join(unknown)}")
    given: Any = vars(times)["__init__"]
    given.__defaults__ = tuple(values.get(name, old) for name, old in zip(names, given.__defaults__, strict=True))


def run_command(words: Sequence[str]) -> int:
    """A command of the service in this process; its exit status."""
    from app.__main__ import main

    sys.argv = ["zuruf", *words]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def start() -> int:
    """The command line of this module."""
    points, _, command = " ".join(sys.argv[1:]).partition("--")
    watch_over(_print if points.strip() == "trace" else Armed(armed_with(points.split())).tell)
    return run_command(command.split() or ["serve"])


def _print(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(start())
