"""From a send to its row in the database: one process watches many mailboxes, another sends and listens beside it.

The listener is a bare IDLE connection for each mailbox: when it hears of a mail, the server has told everybody, so what
comes after is our share. `python -m benchmarks.push_latency watch|send COUNT PORT CA_FILE DIRECTORY SECONDS RATE`.
"""

import selectors
import socket
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.first_read import HOST, PASSWORD
from benchmarks.many_mailboxes import address, connect_all, until_watched
from benchmarks.sent_folder import now

if TYPE_CHECKING:
    from app.mail.imap_values import Fetched, Unfetchable

TEXT = """\
Guten Tag {name},

mit unserem Wartungsvertrag sparen Betriebe Ihrer Größe im Schnitt ein Fünftel der Stillstandszeiten. Wir prüfen Ihre
Anlagen zweimal im Jahr, tauschen Verschleißteile auf unsere Kosten und sind binnen vier Stunden vor Ort.

Darf ich Ihnen in der kommenden Woche in fünfzehn Minuten zeigen, was das für Sie heißt?

Mit freundlichen Grüßen
Jonas Keller
Keller Maschinen GmbH
"""


def watch(count: int, port: int, ca_file: Path, directory: Path) -> None:
    """Watch until the file `stop` appears; `taken.csv` gets the moment at which each batch was committed."""
    from app.intake import Intake
    from app.intake.take_in import Taken
    from app.mail.imap_values import ConnectPolicy
    from app.watch import LoginPace, Watcher, WatchTimes
    from classifier import Judge
    from tests.web.seed import open_database

    written = (directory / "taken.csv").open("w", encoding="ascii", buffering=1)

    class TimedIntake(Intake):
        def take_in(
            self,
            mailbox_id: uuid.UUID,
            uidvalidity: int,
            through: int,
            batch: "Sequence[Fetched | Unfetchable]",
            *,
            second: bool = False,
        ) -> Taken:
            taken = super().take_in(mailbox_id, uidvalidity, through, batch, second=second)
            moment = time.time()
            for item in batch:
                written.write(f"{numbers[mailbox_id]},{item.uid},{moment}\n")
            return taken

    database, keys = open_database(directory)
    numbers = connect_all(database, keys, count, port)
    intake = TimedIntake(database, keys, Judge.load(), now)
    policy, unpaced = ConnectPolicy(True, None, ca_file), LoginPace(8, 0, 0)
    watcher = Watcher(database, keys, intake, policy, now, WatchTimes(), workers=4, pace=unpaced)
    watcher.start()
    until_watched(database, count)
    (directory / "watched").touch()
    while not (directory / "stop").exists():
        time.sleep(0.1)
    watcher.stop()
    database.close()
    written.close()


def send(count: int, port: int, directory: Path, seconds: float, rate: float) -> None:
    """Send `rate` mails a second over random mailboxes; `heard.csv` gets the moment the server told of each."""
    listeners = Listeners(count, port)
    senders = {number: _log_in(number, port) for number in range(count)}
    random, sent, begun = Random(3), 0, time.monotonic()
    with (directory / "heard.csv").open("w", encoding="ascii") as heard:
        while time.monotonic() < begun + seconds + 3:
            due = begun + sent / rate
            if sent < seconds * rate and time.monotonic() >= due:
                number = random.randrange(count)
                _append(senders[number], _mail(number, sent))
                sent += 1
                continue
            for number, uid, moment in listeners.hear(0.002):
                heard.write(f"{number},{uid},{moment}\n")


class Listeners:
    """A connection in IDLE for each mailbox; the folders were empty, so the count of mails is the newest UID."""

    def __init__(self, count: int, port: int) -> None:
        self._selector = selectors.DefaultSelector()
        for number in range(count):
            connection = _log_in(number, port)
            _ask(connection, b"EXAMINE Sent")
            connection.sendall(b"b IDLE\r\n")
            connection.recv(4096)
            self._selector.register(connection, selectors.EVENT_READ, number)

    def hear(self, wait: float) -> Iterator[tuple[int, int, float]]:
        for key, _ in self._selector.select(wait):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            for line in connection.recv(4096).splitlines():
                if line.endswith(b"EXISTS"):
                    yield key.data, int(line.split()[1]), time.time()


def _log_in(number: int, port: int) -> socket.socket:
    connection = socket.create_connection((HOST, port), 30)
    connection.recv(4096)
    _ask(connection, f'LOGIN "{address(number)}" "{PASSWORD}"'.encode())
    return connection


def _ask(connection: socket.socket, command: bytes) -> None:
    connection.sendall(b"a " + command + b"\r\n")
    answer = b""
    while b"\na " not in b"\n" + answer:
        answer += connection.recv(65536)
    assert b"\na OK" in b"\n" + answer, answer


def _append(connection: socket.socket, mail: bytes) -> None:
    _ask(connection, b"APPEND Sent (\\Seen) {%d+}\r\n%s" % (len(mail), mail))


def _mail(number: int, sent: int) -> bytes:
    mail: Any = EmailMessage()
    mail["From"] = f"Jonas Keller <{address(number)}>"
    mail["To"] = f"Anna Weber {sent} <anna.{sent}@weber-{sent}.example>"
    mail["Subject"] = "Weniger Stillstand"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{sent}.{number}@keller-maschinen.example>"
    mail.set_content(TEXT.format(name=f"Frau Weber-{sent}"))
    raw: bytes = mail.as_bytes()
    return raw.replace(b"\n", b"\r\n")


if __name__ == "__main__":
    import structlog

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    way, count, port, ca_file, directory, *load = sys.argv[1:]
    if way == "watch":
        watch(int(count), int(port), Path(ca_file), Path(directory))
    else:
        send(int(count), int(port), Path(directory), float(load[0]), float(load[1]))
