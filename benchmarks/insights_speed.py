"""Measures the insights page at 200,000 sends of one rep, half of them first mails, on SQLite and PostgreSQL.

`python -m benchmarks.insights_speed [--quick]`: as `benchmarks.list_speed`; prints its table.
"""

import argparse
from datetime import timedelta

import numpy as np
import structlog
from sqlalchemy import update

from app.store import reply_looks
from app.store.schema import Send
from benchmarks.list_seed import NOW, fill
from benchmarks.list_speed import QUICK, WHOLE, Size, databases, milliseconds
from tests.web.seed import prepare_database
from tests.web.site import PUBLIC, Site

PERIODS = ("4", "12", "all")
ANSWERED_AFTER = timedelta(days=2)


def look_for_answers(site: Site) -> None:
    """Every second send opens, and every tenth was answered, as if it had been looked for."""
    with site.database.writing() as session:
        session.execute(update(Send).values(opens=Send.uid % 2 == 0))
        answered = update(Send).where(Send.uid % 10 == 0)
        session.execute(answered.values(answer_seconds=int(ANSWERED_AFTER.total_seconds())))
        mailbox_id = session.query(Send.mailbox_id).limit(1).scalar()
        reply_looks.put_off(session, mailbox_id, NOW, NOW)


def measure(name: str, url: str, size: Size) -> None:
    database, keys = prepare_database(url)
    filled = fill(database, keys, size.sends)
    site = Site(PUBLIC, database, keys, now=NOW)
    look_for_answers(site)
    with site.signed_in(filled.rep_id, accept_encoding="gzip") as browser:
        for period in PERIODS:
            p50, p95 = np.percentile(milliseconds(browser, f"/insights?period={period}", size.requests), [50, 95])
            print(f"| {name} | {period} | {p50:.1f} | {p95:.1f} |", flush=True)
    database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    size = QUICK if parser.parse_args().quick else WHOLE
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    print("| database | period | p50 ms | p95 ms |\n| --- | --- | --- | --- |")
    with databases() as urls:
        for name, url in urls.items():
            measure(name, url, size)
