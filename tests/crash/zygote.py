"""A process that has imported the service and read its model, and forks one child for each start: a start is quick.

with Zygote() as zygote:
    child = zygote.fork(Order(...))
"""

import gc
import json
import os
import random
import select
import signal
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.crash.service import Armed, armed_with, hasten, run_command, watch_over
from tests.crash.warming import warm_up


@dataclass(frozen=True, slots=True)
class Order:
    """Commands to run one after the other in one child; `report` is where it says how it ended."""

    commands: list[list[str]]
    environment: dict[str, str]
    log: str
    report: str
    points: list[str] = field(default_factory=list)
    gate: str | None = None


class Child:
    """A process of the zygote's."""

    def __init__(self, pid: int, report: Path) -> None:
        self._report = report
        try:
            self._handle: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._handle = None

    def wait(self, seconds: float) -> bool:
        """Whether it has ended by then."""
        if self._handle is None:
            return True
        return bool(select.select([self._handle], [], [], seconds)[0])

    def kill(self) -> None:
        """With -9; returns when it is gone."""
        if self._handle is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            self.wait(30)
            os.close(self._handle)
            self._handle = None

    @property
    def last_word(self) -> str:
        """`killed POINT`, `ended STATUS`, or nothing."""
        return self._report.read_text() if self._report.exists() else ""


class Zygote:
    """Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        # One thread each, or the numeric libraries of many children fight for the cores.
        single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **single},
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()

    def fork(self, order: Order) -> Child:
        Path(order.report).unlink(missing_ok=True)
        with self._lock:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(asdict(order)) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the zygote has ended")
        return Child(int(answer), Path(order.report))


def _serve() -> None:
    """Fork a child for each line of standard input, and answer with its process id."""
    hasten()
    warm_up()
    gc.collect()
    gc.freeze()
    # Ended children are not waited for: whoever asked watches them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _live(Order(**json.loads(line)))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    # Nobody asks any more: what is left of the family ends with it.
    os.killpg(0, signal.SIGKILL)


def _live(order: Order) -> None:
    """The child's life; never returns."""
    status = 1
    try:
        _settle_in(order)
        gate = Path(order.gate) if order.gate else None
        if order.points:
            watch_over(Armed(armed_with(order.points), gate, Path(order.report)).tell)
        status = max(run_command(words) for words in order.commands)
        Path(order.report).write_text(f"ended {status}")
    except BaseException:  # noqa: BLE001 - the child must not go on as a second zygote, whatever happens
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _settle_in(order: Order) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed()
    os.environ.update(order.environment)
    log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)


if __name__ == "__main__":
    _serve()
