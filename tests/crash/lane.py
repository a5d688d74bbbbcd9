"""One installation of the service, started and killed again and again, with two fresh reps for each round."""

import http.client
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.store import second_folders
from app.store.engine import Database
from app.store.schema import Mailbox
from tests.crash.rows import Rows
from tests.crash.seats import SECOND, Seat
from tests.crash.zygote import Child, Order, Zygote
from tests.servers.accounts import free_port
from tests.servers.dovecot import Dovecot

PATIENCE: Final = 60.0
_TAKEN: Final = "another Zuruf process"


@dataclass(slots=True)
class Lane:
    """`database` is a URL; empty: SQLite in the directory."""

    directory: Path
    dovecot: Dovecot
    zygote: Zygote
    database: str = ""
    seats: list[Seat] = field(default_factory=list)
    service: Child | None = None
    rows: Rows = field(init=False)
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True)
        (self.directory / "password").write_text(self.dovecot.password)
        data = self.directory / "data"
        self.rows = Rows(self.database or f"sqlite:///{data / 'zuruf.db'}")
        self.environment = {
            "ZURUF_DATA_DIR": str(data),
            "ZURUF_DATABASE_URL": self.database,
            "ZURUF_PORT": str(free_port()),
            "ZURUF_DEMO": "false",
            "ZURUF_QUIET_HOURS": "",
            "ZURUF_CAP_PER_DAY": "50",
            "ZURUF_CAP_PER_WEEK": "200",
            "ZURUF_DELIVERY_GRACE_SECONDS": "1",
            "ZURUF_LOGINS_PER_SECOND_AND_HOST": "0",
            "LANG": "C.UTF-8",
        }

    @property
    def log(self) -> Path:
        return self.directory / "service.log"

    @property
    def gate(self) -> Path:
        return self.directory / "gate"

    def seat(self, count: int, settle: int = 1) -> list[Seat]:
        """Fresh reps instead of the last round's, while the service is down; their bursts settle in so many seconds."""
        self.environment["ZURUF_SETTLE_SECONDS"] = str(settle)
        leaving, self.seats = self.seats, [Seat.taken(self.dovecot) for _ in range(count)]
        where = ["--host", "127.0.0.1", "--port", str(self.dovecot.imap_port), "--tls", "none", "--no-wait"]
        secret = ["--password-file", str(self.directory / "password"), "--language", "de"]
        commands = [["mailbox", "remove", "--yes", "--email", seat.user] for seat in leaving if seat.mailbox]
        commands += [["mailbox", "add", "--email", seat.user, *where, *secret] for seat in self.seats]
        self.run(*commands)
        for seat, mailbox in zip(self.seats, list(self.rows.mailboxes())[-count:], strict=True):
            seat.mailbox = mailbox
        return self.seats

    def choose_second(self, seat: Seat) -> None:
        """As the rep does it on the page, while the service is down."""
        database = Database(self.rows.url)
        with database.writing() as session:
            row = session.get_one(Mailbox, uuid.UUID(str(seat.mailbox)))
            second_folders.choose(session, row, SECOND, datetime.now(UTC))
        database.close()

    def choose_digest(self, seat: Seat) -> None:
        """As the rep does it on the page, while the service is down."""
        database = Database(self.rows.url)
        with database.writing() as session:
            row = session.get_one(Mailbox, uuid.UUID(str(seat.mailbox)))
            row.rules = {**row.rules, "digest": "daily"}
        database.close()

    def run(self, *commands: Sequence[str], points: Sequence[str] = ()) -> str:
        """Commands in one process; its last word. Unless a point was armed, they must succeed."""
        child = self._fork([list(words) for words in commands], points, "command")
        assert child.wait(PATIENCE), f"{commands}: no end"
        child.kill()
        assert points or child.last_word == "ended 0", f"{commands}: {self._last_lines()}"
        return child.last_word

    def start(self, *points: str, behind_gate: bool = False) -> None:
        self.gate.unlink(missing_ok=True)
        self.service = self._fork([["serve"]], points, "service", behind_gate)

    def _fork(self, commands: list[list[str]], points: Sequence[str], name: str, behind_gate: bool = False) -> Child:
        report = self.directory / f"{name}.report"
        gate = str(self.gate) if behind_gate else None
        return self.zygote.fork(Order(commands, self.environment, str(self.log), str(report), list(points), gate))

    def kill(self) -> None:
        if self.service is not None:
            self.service.kill()
            self.service = None

    def await_death(self, point: int) -> None:
        """An AssertionError tells that the service never passed the point."""
        assert self.service is not None
        died = self.service.wait(PATIENCE / 2)
        word = self.service.last_word
        self.kill()
        assert died, f"point {point} was not passed"
        assert word == f"killed {point}", f"not killed but {word}: {self._last_lines()}"
        self._note_cursors()

    def ask(self, method: str, path: str) -> int:
        """The HTTP status of the page's answer, as to a browser on a page of ours."""
        connection = http.client.HTTPConnection("127.0.0.1", int(self.environment["ZURUF_PORT"]), timeout=20)
        with closing(connection):
            connection.request(method, path, headers={"Sec-Fetch-Site": "same-origin"})
            return connection.getresponse().status

    def await_ready(self) -> None:
        self.await_true(self._is_ready, "never ready")

    def _is_ready(self) -> bool:
        try:
            return self.ask("GET", "/ready") == 200
        except OSError:
            return False

    def await_watched(self) -> None:
        """All are watched; their first read has ended."""
        self.await_true(lambda: {row[0] for row in self._note_cursors()} == {"watched"}, "never watched")

    def await_quiet(self) -> None:
        """All is judged, and nothing is left to do."""
        self.await_true(self._is_quiet, "never quiet")

    def _is_quiet(self) -> bool:
        watched = all(row[0] == "watched" for row in self._note_cursors())
        return watched and all(seat.is_quiet(self.rows) for seat in self.seats)

    def _note_cursors(self) -> list[tuple[str, int, int]]:
        known = self.rows.mailboxes()
        for seat in self.seats:
            seat.note_cursor(known[seat.mailbox])
        return [known[seat.mailbox] for seat in self.seats]

    def await_true(self, true: Callable[[], bool], complaint: str) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            if self.service is not None and self.service.wait(0.05):
                self._start_again()
            if time.monotonic() > end:
                raise AssertionError(f"{complaint}: {self._state()} {self._last_lines()}")

    def _start_again(self) -> None:
        """PostgreSQL frees a killed process' lock once it notices; a supervisor would try again until then."""
        assert _TAKEN in self._last_lines(), f"the service ended: {self._last_lines()}"
        time.sleep(0.2)
        self.kill()
        self.start()

    def _state(self) -> str:
        return "; ".join(
            f"{self.rows.mailboxes()[seat.mailbox]}, sent {[mail.uid for mail in seat.sent]}, "
            f"judged {[uid for _, uid, _ in self.rows.judged(seat.mailbox)]}, {self.rows.nudges(seat.mailbox)}"
            for seat in self.seats
        )

    def _last_lines(self) -> str:
        return self.log.read_text()[-1500:] if self.log.exists() else ""
