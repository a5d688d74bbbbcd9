"""Reads one Sent folder to the end in a process of its own: by Zuruf's watcher, by imap_tools, by mbsync.

`python -m benchmarks.first_read zuruf|imap_tools|mbsync PORT CA_FILE USER DIRECTORY`; prints the seconds it took.
"""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.sent_folder import now

HOST = "localhost"
PASSWORD = "pw"
MBSYNC = """\
IMAPAccount bench
Host {host}
Port {port}
User {user}
Pass {password}
SSLType IMAPS
CertificateFile {ca_file}

IMAPStore far
Account bench

MaildirStore near
Path {directory}/
Inbox {directory}/Inbox
SubFolders Verbatim

Channel sent
Far :far:
Near :near:
Patterns Sent
Sync Pull
Create Near
SyncState *
"""


def by_zuruf(port: int, ca_file: Path, user: str, directory: Path) -> float:
    """Connect, read, judge and store, with the database on disk as the service has it."""
    from app.intake import Intake
    from app.mail.imap_values import ConnectPolicy
    from app.store import mailboxes
    from app.store.mailboxes import Account, NewMailbox
    from app.store.schema import Mailbox
    from app.watch import Watcher, WatchTimes
    from classifier import Judge
    from tests.web.seed import open_database

    database, keys = open_database(directory)
    account = Account(user, HOST, port, "implicit", user, PASSWORD, True)
    intake = Intake(database, keys, Judge.load(), now)
    watcher = Watcher(database, keys, intake, ConnectPolicy(True, None, ca_file), now, WatchTimes(), workers=4)
    start = time.perf_counter()
    with database.writing() as session:
        rules: dict[str, Any] = {"settle_seconds": 600, "quiet_hours": "", "time_zone": "UTC"}
        new = NewMailbox(account, "Sent", 1, "en", rules | {"cap_per_day": 1, "cap_per_week": 3})
        mailbox_id = mailboxes.connect(session, keys, new, now()).id
    watcher.start()
    ended = None
    while ended is None:
        time.sleep(0.02)
        with database.reading() as reading:
            ended = reading.get_one(Mailbox, mailbox_id).history_ended_at
    seconds = time.perf_counter() - start
    watcher.stop()
    database.close()
    return seconds


def by_imap_tools(port: int, ca_file: Path, user: str, _directory: Path) -> float:
    """Fetch whole mails, 200 at a time, and read their texts."""
    import ssl

    from imap_tools import MailBox

    start = time.perf_counter()
    context = ssl.create_default_context(cafile=str(ca_file))
    with MailBox(HOST, port, ssl_context=context).login(user, PASSWORD, initial_folder="Sent") as box:
        for mail in box.fetch(mark_seen=False, bulk=200):
            _ = (mail.subject, mail.to, mail.text, mail.html)
    return time.perf_counter() - start


def by_mbsync(port: int, ca_file: Path, user: str, directory: Path) -> float:
    """Pull the folder into a new Maildir."""
    settings = directory / "mbsyncrc"
    settings.write_text(
        MBSYNC.format(host=HOST, port=port, user=user, password=PASSWORD, ca_file=ca_file, directory=directory)
    )
    start = time.perf_counter()
    subprocess.run(["mbsync", "-c", str(settings), "-a"], check=True, capture_output=True)
    return time.perf_counter() - start


READERS = {"zuruf": by_zuruf, "imap_tools": by_imap_tools, "mbsync": by_mbsync}

if __name__ == "__main__":
    reader, port, ca_file, user, directory = sys.argv[1:]
    print(READERS[reader](int(port), Path(ca_file), user, Path(directory)))
