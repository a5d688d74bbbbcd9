"""Random faults on every line while reps send; then the line is good again, and history is held against the server."""

import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from app.store.states import NudgeState
from tests.faults.office import Office
from tests.flow.running import wait_until
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import FaultProxy, random_plans

MAILBOXES = int(os.environ.get("ZURUF_TEST_FAULT_MAILBOXES", "8"))
SECONDS = float(os.environ.get("ZURUF_TEST_FAULT_SECONDS", "15"))
SEED = int(os.environ.get("ZURUF_TEST_FAULT_SEED", random.randrange(2**32)))
# Longer than a read may last where there is time for it.
SILENCE = 2.0 if SECONDS < 300 else 40.0


@pytest.mark.timeout(SECONDS * 2 + 600)
def test_after_any_faults_every_send_is_judged_once_and_every_burst_nudged_once(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    plain = FaultProxy(dovecot.imap_port, random_plans(SEED, silence=SILENCE))
    tls = FaultProxy(dovecot.imaps_port, random_plans(SEED + 1, silence=SILENCE))
    office = Office(tmp_path, dovecot, plain, tls, random.Random(SEED))
    for _ in range(MAILBOXES):
        office.open_seat(personal=3 + int(SECONDS // 60))
    with plain, tls, office.at_work():
        send_all(office, SECONDS)
        plain.calm()
        tls.calm()
        wait_until(office.is_settled, 120 + 3 * SILENCE + MAILBOXES)
    ended = Counter(state for seat in office.seats for state in office.check(seat))
    print(f"seed {SEED}, faults {plain.struck + tls.struck}, nudges {ended}")  # noqa: T201 - shown when it fails
    office.database.close()
    assert ended[NudgeState.DELIVERED] >= MAILBOXES


def send_all(office: Office, seconds: float) -> None:
    """Spread what there is to send evenly over the time."""
    total = sum(len(seat.to_send) for seat in office.seats)
    print(f"seed {SEED}, {total} mails")  # noqa: T201 - shown when it fails, to repeat the faults
    begun = time.monotonic()
    for number in range(total):
        office.send_one()
        office.note_cursors()
        time.sleep(max(0.0, begun + seconds * (number + 1) / total - time.monotonic()))
