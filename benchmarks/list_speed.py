"""Measures the list of sends at 200,000 sends, the whole request, on SQLite and PostgreSQL; renews docs/performance.md.

`python -m benchmarks.list_speed [--quick]`: requests go through the ASGI application in this process, so that network
and server are left out. `--quick` takes few sends and requests and writes nothing.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
import structlog
from starlette.testclient import TestClient

from app.store import listing
from app.store.list_query import Filters
from benchmarks.list_seed import NOW, Filled, fill
from benchmarks.tables import PERFORMANCE, renew
from tests.servers.postgresql import PostgreSQL, find_postgresql
from tests.web.seed import prepare_database
from tests.web.site import PUBLIC, Site

BEGIN, END = "<!-- the list, measured -->\n", "<!-- end of the list -->\n"
PAGES_DOWN: Final = 40
WARM: Final = 5


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; `requests` for each question."""

    sends: int
    requests: int


WHOLE: Final = Size(200_000, 200)
QUICK: Final = Size(5000, 10)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """The URLs of an empty database of each kind that is installed."""
    with tempfile.TemporaryDirectory(prefix="zuruf-bench-") as directory:
        urls = {"SQLite": f"sqlite:///{directory}/zuruf.db"}
        if find_postgresql() is None:
            yield urls
            return
        with PostgreSQL() as server:
            yield urls | {"PostgreSQL": server.new_database()}


def questions(site: Site, filled: Filled) -> Mapping[str, str]:
    """What a rep asks for, by a name for the table."""
    return {
        "the list": "/sends",
        "all mails": "/sends?show=every",
        "grouped by text": "/sends?by=template",
        "grouped, English": "/sends?by=template&language=en",
        "grouped, a common word": "/sends?by=template&q=angebot",
        "oldest first": "/sends?order=oldest",
        "clearest first": "/sends?order=strength",
        f"{PAGES_DOWN} pages down": f"/sends?below={deep_cursor(site, filled)}",
        "a month": "/sends?since=2025-11-01&until=2025-11-30",
        "one text": f"/sends?template={filled.template_id}",
        "English": "/sends?language=en",
        "note to come": "/sends?nudge=waiting",
        "note delivered": "/sends?nudge=delivered",
        "by reason": "/sends?reason=merge_field",
        "by a rare reason": "/sends?reason=many_recipients",
        "by a rare reason, all mails": "/sends?reason=many_recipients&show=every",
        "by a reason that no mail has": "/sends?reason=opt_out&show=every",
        "called": "/sends?said=called",
        "no answer so far": "/sends?said=none",
        "a rare word": "/sends?q=kunde777",
        "a common word": "/sends?q=angebot",
        "words, month, language": "/sends?q=angebot+anna&since=2025-11-01&until=2025-11-30&language=de",
        "nothing found": "/sends?q=angebot&until=1999-01-01",
        "news, none": "/sends/rows",
    }


def deep_cursor(site: Site, filled: Filled) -> str:
    below = None
    for _ in range(PAGES_DOWN):
        with site.database.reading() as session:
            below = listing.page(session, filled.rep_id, Filters(), below).below or below
    return str(below)


def milliseconds(browser: TestClient, address: str, requests: int) -> list[float]:
    taken = []
    for number in range(WARM + requests):
        begun = time.perf_counter()
        answer = browser.get(address)
        if number >= WARM:
            taken.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 200, (address, answer.status_code)
    return taken


def measure(name: str, url: str, size: Size) -> Iterator[str]:
    """The rows of the table for one database."""
    database, keys = prepare_database(url)
    filled = fill(database, keys, size.sends)
    site = Site(PUBLIC, database, keys, now=NOW)
    with site.signed_in(filled.rep_id, accept_encoding="gzip") as browser:
        for question, address in questions(site, filled).items():
            taken = milliseconds(browser, address, size.requests)
            p50, p95 = np.percentile(taken, [50, 95])
            row = f"| {name} | {question} | {p50:.1f} | {p95:.1f} |"
            print(row, flush=True)
            yield row
    database.close()


def table(size: Size) -> str:
    heads = "| database | asked for | p50 ms | p95 ms |\n| --- | --- | --- | --- |"
    with databases() as urls:
        rows = [row for name, url in urls.items() for row in measure(name, url, size)]
    return "\n".join([f"{size.sends:,} sends of one rep, {size.requests} requests each.", "", heads, *rows, ""])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    measured = table(QUICK if quick else WHOLE)
    if not quick:
        renew(PERFORMANCE, BEGIN, END, measured)
