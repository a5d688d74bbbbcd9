"""What a first visit of a page costs: octets, requests, and time until something is painted on a slow processor.

`python -m benchmarks.page_paint` (or `make bench-page`): the seeded installation of the tests behind a real socket on
loopback, Debian's Chromium with four times less processor, an empty cache at every visit. Medians. Renews its table in
`docs/performance.md`.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from benchmarks.tables import PERFORMANCE, renew
from tests.browser.served import DESKTOP, PHONE, Look, Served, serve
from tests.servers.chromium import open_chromium
from tests.web.seed import Seeded, seed

BEGIN, END = "<!-- pages, measured -->\n", "<!-- end of the pages -->\n"
VISITS: Final = 15
SLOW_DOWN: Final = 4
FIRST_PAINT: Final = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit with an empty cache; `painted` in milliseconds."""

    octets: int
    requests: int
    painted: float


def visit(browser: Browser, url: str, look: Look) -> Visit:
    page = look.open(browser)
    client = page.context.new_cdp_session(page)
    sizes: list[int] = []
    client.send("Network.enable")
    client.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_DOWN})
    client.on("Network.loadingFinished", lambda done: sizes.append(int(done["encodedDataLength"])))
    page.goto(url)
    page.wait_for_function(FIRST_PAINT)
    painted = float(page.evaluate(FIRST_PAINT))
    page.wait_for_timeout(300)  # what a page asks for after it stands counts, too
    page.context.close()
    return Visit(sum(sizes), len(sizes), painted)


def pages_of(seeded: Seeded) -> dict[str, str]:
    return {
        "list": "/sends",
        "one send": f"/sends/{seeded.sends['parts-0']}",
        "mailbox": f"/mailboxes/{seeded.mailbox_id}",
        "privacy": "/privacy",
    }


def rows(browser: Browser, served: Served, seeded: Seeded) -> Iterator[str]:
    for name, path in pages_of(seeded).items():
        for device, size in (("desk", DESKTOP), ("phone", PHONE)):
            visits = [visit(browser, served.url + path, Look(size=size)) for _ in range(VISITS)]
            octets = statistics.median(one.octets for one in visits) / 1024
            painted = statistics.median(one.painted for one in visits)
            slowest = max(one.painted for one in visits)
            requests = max(one.requests for one in visits)
            yield f"| {name} | {device} | {octets:.1f} | {requests} | {painted:.0f} | {slowest:.0f} |\n"


def main() -> int:
    with tempfile.TemporaryDirectory() as directory, serve(Path(directory)) as served, open_chromium() as browser:
        seeded = seed(served.site.database, served.site.keys)
        visit(browser, f"{served.url}/sends", Look())  # templates and translations are read once
        table = "".join(rows(browser, served, seeded))
    head = f"Measured on {datetime.now(UTC):%-d %B %Y}: processor slowed {SLOW_DOWN} times, {VISITS} visits each.\n\n"
    head += (
        "| page | device | KB in all | requests | first paint, ms | slowest |\n| --- | --- | --- | --- | --- | --- |\n"
    )
    renew(PERFORMANCE, BEGIN, END, head + table)
    sys.stdout.write(head + table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
