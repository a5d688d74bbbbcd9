"""The service as its users run it: as a process, started and stopped from outside."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.servers.accounts import free_port

PATIENCE: Final = 60.0


def wait_until(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Look again and again until `true` holds; an AssertionError tells that it never did."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"still not so after {seconds:.0f} s: {getattr(true, '__name__', true)}")
        time.sleep(0.1)


class Zuruf:
    """`zuruf serve` on a free port of this machine, with a data directory of its own."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self.port = free_port()
        self.directory = directory
        self.log = directory / "service.log"
        self.environment = {
            **os.environ,
            "ZURUF_DATA_DIR": str(directory / "data"),
            "ZURUF_PORT": str(self.port),
            "ZURUF_SETTLE_SECONDS": "3",
            "ZURUF_QUIET_HOURS": "",
            "LANG": "C.UTF-8",
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when the service says that it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve"], env=self.environment, stdout=log, stderr=log
            )
        wait_until(self.is_ready)

    def is_ready(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"the service ended: {self.log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=2) as answer:
                return int(answer.status) == 200
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    def stop(self) -> int | None:
        """As Ctrl-C does it; returns the exit status."""
        return self._end(signal.SIGINT)

    def kill(self) -> int | None:
        """As a power cut does it."""
        return self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int | None:
        if self.process is None:
            return None
        self.process.send_signal(how)
        status = self.process.wait(timeout=30)
        self.process = None
        return status

    def command(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """A command of the same installation."""
        return subprocess.run(
            [sys.executable, "-m", "app", *words],
            env=self.environment, input=stdin, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
