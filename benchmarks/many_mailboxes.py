"""Watches many idle TLS mailboxes in a process of its own and prints what that costs, as one JSON object.

`python -m benchmarks.many_mailboxes zuruf|threads|serial|parallel COUNT PORT CA_FILE DIRECTORY [IDLE_SECONDS]`: `zuruf`
is the watcher with its database; `threads` one thread for each mailbox on IMAPClient; `serial` one login after the
other, `parallel` eight at once.
"""

import json
import os
import resource
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imapclient import IMAPClient

from benchmarks.first_read import HOST, PASSWORD
from benchmarks.sent_folder import now, trusting_file

if TYPE_CHECKING:
    from app.store.engine import Database
    from app.store.keys import Keys

THREAD_STACK = 256 * 1024
AT_ONCE = 8


def address(number: int) -> str:
    """The user that stands for mailbox `number`; the test server knows any name."""
    return f"rep{number}@keller-maschinen.example"


def resident() -> int:
    """KiB of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def connect_all(database: "Database", keys: "Keys", count: int, port: int) -> dict[uuid.UUID, int]:
    """Rows for `count` mailboxes on the test server; returns their numbers by id."""
    from app.store import mailboxes
    from app.store.mailboxes import Account, NewMailbox

    rules = {"settle_seconds": 600, "quiet_hours": "", "time_zone": "UTC", "cap_per_day": 1, "cap_per_week": 3}
    numbers = {}
    with database.writing() as session:
        for number in range(count):
            user = address(number)
            account = Account(user, HOST, port, "implicit", user, PASSWORD, True)
            numbers[mailboxes.connect(session, keys, NewMailbox(account, "Sent", 1, "en", rules), now()).id] = number
    return numbers


def until_watched(database: "Database", count: int) -> None:
    """Wait until every mailbox has been read to its end and is watched."""
    from sqlalchemy import func, select

    from app.store.schema import Mailbox
    from app.store.states import MailboxState

    watched: int | None = 0
    while watched != count:
        time.sleep(0.1)
        with database.reading() as reading:
            watched = reading.scalar(
                select(func.count()).select_from(Mailbox).where(Mailbox.state == MailboxState.WATCHED)
            )


def watch_by_zuruf(count: int, port: int, ca_file: Path, directory: Path, idle: float) -> dict[str, float]:
    """After all were read once: a new watcher until every mailbox is watched, then `idle` seconds of nothing."""
    from app.intake import Intake
    from app.mail.imap_values import ConnectPolicy
    from app.watch import LoginPace, Watcher, WatchTimes
    from classifier import Judge
    from tests.web.seed import open_database

    database, keys = open_database(directory)
    connect_all(database, keys, count, port)
    policy = ConnectPolicy(True, None, ca_file)
    intake, unpaced = Intake(database, keys, Judge.load(), now), LoginPace(AT_ONCE, 0, 0)

    def watcher() -> Watcher:
        return Watcher(database, keys, intake, policy, now, WatchTimes(), workers=8, pace=unpaced)

    base = resident()
    first = watcher()
    first.start()
    until_watched(database, count)
    first.stop()
    start = time.perf_counter()
    again = watcher()
    again.start()
    while sum(mailbox.idling for mailbox in again._loop.mailboxes()) < count:
        time.sleep(0.02)
    result = _idle(base, time.perf_counter() - start, idle)
    again.stop()
    database.close()
    return result


def watch_by_threads(count: int, port: int, ca_file: Path, _directory: Path, idle: float) -> dict[str, float]:
    """What a program without a selector does: a thread for each mailbox, blocking in IDLE."""
    threading.stack_size(THREAD_STACK)
    context = trusting_file(ca_file)
    ready, stop = threading.Semaphore(0), threading.Event()

    def watch(number: int) -> None:
        client = _open(number, port, context)
        ready.release()
        while not stop.is_set():
            client.idle_check(timeout=600)

    base, start = resident(), time.perf_counter()
    for number in range(count):
        threading.Thread(target=watch, args=[number], daemon=True).start()
        ready.acquire()
    return _idle(base, time.perf_counter() - start, idle)


def watch_one_by_one(count: int, port: int, ca_file: Path, _directory: Path, idle: float) -> dict[str, float]:
    """Serial logins on one shared TLS context."""
    context = trusting_file(ca_file)
    base, start = resident(), time.perf_counter()
    clients = [_open(number, port, context) for number in range(count)]
    result = _idle(base, time.perf_counter() - start, idle)
    del clients
    return result


def watch_in_parallel(count: int, port: int, ca_file: Path, _directory: Path, idle: float) -> dict[str, float]:
    """The same logins, eight at once: what the machine allows to anybody, as its server has to log them in as well."""
    context = trusting_file(ca_file)
    base, start = resident(), time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        clients = list(pool.map(partial(_open, port=port, context=context), range(count)))
    result = _idle(base, time.perf_counter() - start, idle)
    del clients
    return result


def _open(number: int, port: int, context: Any) -> IMAPClient:
    client = IMAPClient(HOST, port, ssl=True, ssl_context=context, timeout=60)
    client.login(address(number), PASSWORD)
    client.select_folder("Sent", readonly=True)
    client.idle()
    return client


def _idle(base: int, seconds: float, idle: float) -> dict[str, float]:
    time.sleep(5)  # what was allocated while connecting settles
    held, before, begun = resident(), processor_seconds(), time.perf_counter()
    time.sleep(idle)
    share = (processor_seconds() - before) / (time.perf_counter() - begun)
    return {"base_kib": base, "resident_kib": held, "seconds_until_watched": seconds, "processor_share": share}


WAYS = {"zuruf": watch_by_zuruf, "threads": watch_by_threads, "serial": watch_one_by_one, "parallel": watch_in_parallel}

if __name__ == "__main__":
    import structlog

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    way, count, port, ca_file, directory, *idle = sys.argv[1:]
    measured = WAYS[way](int(count), int(port), Path(ca_file), Path(directory), float(idle[0]) if idle else 10.0)
    print(json.dumps(measured | {"way": way, "mailboxes": int(count)}), flush=True)
    os._exit(0)  # the threads of the comparison never end by themselves
