"""kill -9 at random moments of the flow: no send unjudged, never two nudges for a burst."""

import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from app.store.engine import Database
from app.store.schema import Send
from tests.flow.mailboxes import connect, nudges, send_template
from tests.flow.mails import PEOPLE
from tests.flow.running import Zuruf, wait_until
from tests.servers.dovecot import Dovecot

# Each round kills the service once while a template is on its way, and lets it find back.
KILLS = int(os.environ.get("ZURUF_TEST_KILLS", "6"))
PLENTY = {"ZURUF_CAP_PER_DAY": "50", "ZURUF_CAP_PER_WEEK": "200"}


def judged(zuruf: Zuruf) -> int:
    database = Database(f"sqlite:///{zuruf.directory / 'data' / 'zuruf.db'}")
    with database.reading() as session:
        count = session.query(Send).count()
    database.close()
    return count


@pytest.mark.timeout(3600)
def test_no_send_is_lost_and_no_burst_nudged_twice(tmp_path: Path, dovecot: Dovecot) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails, to repeat the moments
    moments = random.Random(seed)
    zuruf = Zuruf(tmp_path, ZURUF_SETTLE_SECONDS="1", ZURUF_DELIVERY_GRACE_SECONDS="2", **PLENTY)
    for kill in range(KILLS):
        _one_kill(zuruf, dovecot, moments.uniform(0, 4.5), kill)
    zuruf.stop()


def _one_kill(zuruf: Zuruf, dovecot: Dovecot, moment: float, kill: int) -> None:
    """A rep of its own for each kill, so that the burst's one nudge can be told from all others."""
    user = dovecot.new_user()
    zuruf.start()
    connect(zuruf, dovecot, user)
    before = judged(zuruf)
    send_template(dovecot, user, template=kill % 2)
    time.sleep(moment)
    zuruf.kill()
    zuruf.start()
    wait_until(lambda: judged(zuruf) == before + len(PEOPLE))
    wait_until(lambda: nudges(dovecot, user))
    zuruf.stop()
    counts = Counter(mail["Message-ID"] for mail in nudges(dovecot, user))
    assert list(counts.values()) == [1], f"killed after {moment:.3f} s: {counts}"
