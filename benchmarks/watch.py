"""Measures watching on a private Dovecot and renews the tables of docs/performance.md.

`python -m benchmarks.watch [--quick]`: every measured program runs in a process of its own, one after the other; octets
are what the server says it sent. `--quick` takes small numbers and writes nothing.
"""

import argparse
import csv
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.sent_folder import file_all, now, sent_mails
from benchmarks.tables import PERFORMANCE, renew
from tests.servers.dovecot import Dovecot

ROOT: Final = Path(__file__).parents[1]
BEGIN, END = "<!-- measured -->\n", "<!-- end of what was measured -->\n"
SENT_OCTETS: Final = re.compile(r"imap\(([^)]*)\).*Logged out in=\d+ out=(\d+)")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    mails: int
    mailboxes: Sequence[int]
    idle: float  # seconds
    restart: int
    latency: tuple[int, float, float]  # mailboxes, seconds, sends a second


WHOLE: Final = Size(10_000, (500, 1000, 2000, 5000), 60.0, 1000, (1000, 300.0, 20.0))
QUICK: Final = Size(1000, (100, 200), 5.0, 100, (100, 10.0, 10.0))


def run(module: str, *words: object) -> tuple[str, float, int]:
    """Run a benchmark module alone; returns what it printed, its processor seconds and its largest memory in KiB."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.{module}", *map(str, words)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{module} {words[0]} ended with {process.returncode}"
    return printed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


@contextmanager
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="zuruf-bench-") as name:
        yield Path(name)


def first_read(size: Size) -> list[list[str]]:
    """Read one large Sent folder by each program, three times each in turn; the median counts."""
    programs = ["zuruf", "imap_tools", *(["mbsync"] if shutil.which("mbsync") else [])]
    rows: dict[str, list[tuple[float, float, int, int]]] = {program: [] for program in programs}
    with Dovecot() as server:
        user = server.new_user()
        octets = file_all(server, user, sent_mails(size.mails, ending=now()))
        for program in programs * 3:
            with directory() as place:
                before = len(SENT_OCTETS.findall(server.log()))
                printed, processor, memory = run("first_read", program, server.imaps_port, server.ca_file, user, place)
            time.sleep(1)  # the server writes its sums when the session is gone
            sent = sum(int(found[1]) for found in SENT_OCTETS.findall(server.log())[before:])
            rows[program].append((float(printed.split()[-1]), processor, memory, sent))
    medians = {program: np.median(np.array(values), axis=0) for program, values in rows.items()}
    ours = medians["zuruf"][0]
    return [
        [
            program,
            f"{seconds:.2f}",
            f"{seconds / ours:.2f}",
            f"{processor:.2f}",
            f"{memory / 1024:.0f}",
            f"{sent / 1e6:.1f}",
            f"{100 * sent / octets:.0f} %",
        ]
        for program, (seconds, processor, memory, sent) in medians.items()
    ]


def idle_mailboxes(size: Size) -> list[list[str]]:
    rows = []
    for count in size.mailboxes:
        for way in ("zuruf", "threads") if count <= 1000 else ("zuruf",):
            found = _many(way, count, size.idle)
            each = (found["resident_kib"] - found["base_kib"]) / count
            rows.append(
                [
                    str(count),
                    way,
                    f"{each:.1f}",
                    f"{found['resident_kib'] / 1024:.0f}",
                    f"{100 * found['processor_share']:.2f} %",
                    f"{found['seconds_until_watched']:.1f}",
                ]
            )
    return rows


def restart(size: Size) -> list[list[str]]:
    """Until all are watched: ours with pacing off, against serial logins and bare parallel ones."""
    ways = ("serial", "parallel", "zuruf")
    seconds = {way: _many(way, size.restart, 0.1)["seconds_until_watched"] for way in ways}
    return [[way, f"{value:.2f}", f"{value / seconds['serial']:.2f}"] for way, value in seconds.items()]


def _many(way: str, count: int, idle: float) -> dict[str, Any]:
    with Dovecot() as server, directory() as place:
        printed, _, _ = run("many_mailboxes", way, count, server.imaps_port, server.ca_file, place, idle)
    found: dict[str, Any] = json.loads(printed)
    return found


def latency(size: Size) -> list[list[str]]:
    count, seconds, rate = size.latency
    with Dovecot() as server, directory() as place:
        words = [sys.executable, "-m", "benchmarks.push_latency", "watch", count, server.imaps_port, server.ca_file]
        watcher = subprocess.Popen([*map(str, words), str(place)], cwd=ROOT)
        try:
            while not (place / "watched").exists():
                assert watcher.poll() is None, "the watcher ended"
                time.sleep(0.2)
            run("push_latency", "send", count, server.imap_port, server.ca_file, place, seconds, rate)
        finally:
            (place / "stop").touch()
            watcher.wait(60)
        heard, taken = _moments(place / "heard.csv"), _moments(place / "taken.csv")
    spans = 1000 * np.array([taken[key] - moment for key, moment in heard.items() if key in taken])
    missed = sum(key not in taken for key in heard)
    quantiles = [f"{value:.0f}" for value in np.quantile(spans, [0.5, 0.9, 0.99, 1.0])]
    return [[str(count), f"{rate:g}", f"{seconds:g}", str(len(taken)), str(missed), *quantiles]]


def _moments(path: Path) -> dict[tuple[str, str], float]:
    with path.open(encoding="ascii") as lines:
        return {(number, uid): float(moment) for number, uid, moment in csv.reader(lines)}


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def parts(size: Size) -> Iterator[str]:
    """What was measured, as Markdown, each part as soon as it is there."""
    cores = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    version = subprocess.run(["dovecot", "--version"], capture_output=True, text=True, check=True).stdout.split()[0]
    yield f"Measured on {now():%d %B %Y}: {cores}, Dovecot {version} on loopback.\n"
    yield f"### First read of {size.mails:,} sends\n"
    heads = ["program", "seconds", "ratio to ours", "CPU s", "largest MiB", "MB received", "of the folder"]
    yield table(heads, first_read(size))
    yield f"### Restart with {size.restart:,} mailboxes, pacing off\n"
    yield table(["way", "seconds", "ratio"], restart(size))
    yield "### Idle mailboxes over TLS\n"
    heads = ["mailboxes", "way", "KiB each", "MiB in all", "CPU of one core", "s until all watched again"]
    yield table(heads, idle_mailboxes(size))
    yield "### From the server's word to the stored row, ms\n"
    heads = ["mailboxes", "sends/s", "seconds", "rows", "missed", "p50", "p90", "p99", "most"]
    yield table(heads, latency(size))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, nothing written")
    quick = parser.parse_args().quick
    found = []
    for part in parts(QUICK if quick else WHOLE):
        print(part, flush=True)
        found.append(part)
    if not quick:
        renew(PERFORMANCE, BEGIN, END, "\n".join(found))


if __name__ == "__main__":
    main()
