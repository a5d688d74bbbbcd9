"""The end of the whole service while a mail server hangs: at the page, at a delivery, at a login and in a batch."""

import sqlite3
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.config import Settings
from app.main import Service, utc_now
from app.store import mailboxes
from app.store.engine import migrate
from app.store.mailboxes import Account, NewMailbox
from app.store.schema import Nudge
from app.store.states import NudgeState
from tests.faults.office import RULES
from tests.flow.running import Zuruf, wait_until
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.watch.scripted_sent import account_of, serve
from tests.web.seed import ANNA, Outbox

# What is promised, and a margin for a busy machine.
PROMISED, MARGIN = 10, 5
SETTINGS = {"ZURUF_DEMO": "false"}


class HangingServer:
    """Says no more at some point of each connection: `greeting`, `batch` or `INBOX`."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.hanging = 0

    def __call__(self, wire: Wire) -> None:
        if self.where == "greeting":
            self._hang(wire)
        elif self.where == "batch":
            serve(wire, found="1 2", on_fetch=lambda: self._hang(wire))
        else:
            serve(wire, on_inbox=lambda: self._hang(wire))

    def _hang(self, wire: Wire) -> None:
        self.hanging += 1
        wire.drain()


@pytest.fixture
def zuruf(tmp_path: Path) -> Iterator[Zuruf]:
    zuruf = Zuruf(tmp_path, **SETTINGS)
    yield zuruf
    zuruf.kill()


def prepare(zuruf: Zuruf, accounts: Sequence[Account]) -> None:
    """Mailboxes whose first nudge is due."""
    (zuruf.directory / "data").mkdir()
    service = Service(Settings(data_dir=zuruf.directory / "data"))
    migrate(service.database)
    now = utc_now()
    with service.database.writing() as session:
        service.keys.prepare_installation(session)
        for account in accounts:
            mailbox = mailboxes.connect(session, service.keys, NewMailbox(account, "Sent", 1, "de", dict(RULES)), now)
            outbox = Outbox(session, service.keys.of_rep(session, mailbox.rep_id), mailbox)
            at = now - timedelta(minutes=5)
            nudge = outbox.nudge(None, at, NudgeState.PLANNED, due_at=at)
            outbox.send("Neue Preise", [ANNA], at, nudge=nudge, score=1.0)
    service.close()


def ends_in_time(zuruf: Zuruf) -> bool:
    """Whether the service, told to end, does so as promised, and finds nothing wrong with that."""
    process = zuruf.process
    assert process is not None
    process.terminate()
    status = process.wait(PROMISED + MARGIN)
    zuruf.process = None
    log = zuruf.log.read_text()
    return status == 0 and "Zuruf has stopped." in log and '"level": "error"' not in log


def nudges_of(zuruf: Zuruf) -> Sequence[Nudge]:
    service = Service(Settings(data_dir=zuruf.directory / "data"))
    with service.database.reading() as session:
        rows = session.scalars(select(Nudge)).all()
    service.close()
    return rows


def ask_for_page(zuruf: Zuruf, account: Account) -> None:
    """Try to connect a mailbox by the page; that the page breaks off is what a visitor sees of the end."""
    fields = {
        "address": account.address, "password": "pw", "host": account.host, "port": str(account.port), "tls": "none",
    }  # fmt: skip
    form = urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(f"{zuruf.url}/connect", form, {"Origin": zuruf.url})
    with suppress(urllib.error.URLError, ConnectionError):
        urllib.request.urlopen(request, timeout=60).close()


def test_a_page_a_login_a_batch_and_a_delivery_that_hang_hold_nobody_up(
    zuruf: Zuruf, scripted_imap: Callable[..., ScriptedImap]
) -> None:
    places = {where: HangingServer(where) for where in ("greeting", "batch", "INBOX")}
    accounts = [account_of(scripted_imap(server), f"{name}@keller.example") for name, server in places.items()]
    prepare(zuruf, accounts)
    zuruf.start()
    # The courier hangs at the greeting as well.
    wait_until(lambda: places["greeting"].hanging >= 2 and places["batch"].hanging and places["INBOX"].hanging)
    before = places["greeting"].hanging
    visitor = threading.Thread(target=ask_for_page, args=(zuruf, accounts[0]))
    visitor.start()
    wait_until(lambda: places["greeting"].hanging > before)
    assert ends_in_time(zuruf)
    visitor.join()
    assert {row.state for row in nudges_of(zuruf)} == {NudgeState.PLANNED}
    with sqlite3.connect(zuruf.directory / "data" / "zuruf.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
