"""A Sent folder on a scripted server: it answers what a watcher asks, and fails at single messages as it is told to."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from tests.servers.scripted_imap import CAPABILITIES, Wire
from tests.servers.sessions import mail

Fault = Callable[[int, str], str | None]


def numbered_mail(uid: int) -> bytes:
    return mail(text=f"Guten Tag, Text {uid}", message_id=f"<{uid}@k.example>")


class ScriptedFolder:
    """`fault(uid, items)` says how a FETCH of that message ends: `close`, `hang`, `garbage`, `BYE ...`, `NO ...`.

    `asked` holds all commands of all connections. Folders that are not named in `folders` do not open.
    """

    def __init__(self, uids: Sequence[int], fault: Fault = lambda *_: None) -> None:
        self.uids = uids
        self.fault = fault
        self.folders = ["Sent"]
        self.uidvalidity = 7
        self.capabilities = CAPABILITIES
        self.examine_refused: str | None = None
        self.asked: list[str] = []
        self.sent_bytes = 0

    def __call__(self, wire: Wire) -> None:
        wire.log_in(self.capabilities)
        while True:
            tag, _, command = wire.read_line().decode().partition(" ")
            self.asked.append(command)
            if not self._answer(wire, tag, command):
                return

    def fetched(self) -> list[list[int]]:
        """The UIDs of each FETCH of headers."""
        lists = [command.split()[2] for command in self.asked if "BODYSTRUCTURE" in command]
        return [[int(uid) for uid in uids.split(",")] for uids in lists]

    def _answer(self, wire: Wire, tag: str, command: str) -> bool:
        status = "OK done"
        if command.startswith("UID FETCH"):
            status = self._fetch(wire, command)
        elif command.startswith("UID SEARCH"):
            wire.send(f"* SEARCH {' '.join(map(str, self._search(command)))}")
        elif command.startswith("EXAMINE"):
            status = self._examine(wire, command.removeprefix("EXAMINE ").strip('"'))
        elif command.startswith("LIST"):
            for name in self.folders:
                wire.send(f'* LIST () "/" "{name}"')
        elif command == "LOGOUT":
            return False
        if status:
            wire.send(f"{tag} {status}")
        return bool(status)

    def _examine(self, wire: Wire, folder: str) -> str:
        if self.examine_refused is not None:
            return self.examine_refused
        if folder not in self.folders:
            return "NO no such folder"
        wire.send(f"* {len(self.uids)} EXISTS")
        wire.send(f"* OK [UIDVALIDITY {self.uidvalidity}] stable")
        wire.send(f"* OK [UIDNEXT {max(self.uids, default=0) + 1}] next")
        return "OK [READ-ONLY] done"

    def _search(self, command: str) -> Sequence[int]:
        found = re.search(r"UID (\d+):(\d+|\*)$", command)
        if not found:
            return self.uids
        first, last = int(found[1]), 2**32 if found[2] == "*" else int(found[2])
        return [uid for uid in self.uids if first <= uid <= last] or list(self.uids[-1:] if found[2] == "*" else [])

    def _fetch(self, wire: Wire, command: str) -> str:
        """The status that ends it; empty where the connection ends."""
        wanted, items = command.removeprefix("UID FETCH ").split(" ", 1)
        for uid in sorted({int(uid) for uid in wanted.split(",")} & set(self.uids)):
            fault = self.fault(uid, items)
            if fault is None:
                wire.send(answer := fetch_answer(uid, items, numbered_mail(uid)))
                self.sent_bytes += len(answer)
            elif fault == "hang":
                wire.hold()
                return ""
            elif fault == "garbage":
                wire.send(b"* %d FETCH (UID %d BODY[HEADER] {7}\r\nSubject: cut short)\r\n)(\r\n" % (uid, uid))
            elif fault.startswith("NO"):
                return fault
            else:
                if fault != "close":
                    wire.send(f"* {fault}")
                wire.close()
                return ""
        return "OK done"


def fetch_answer(uid: int, items: str, raw: bytes) -> bytes:
    """One FETCH response with the wanted items of a plain mail."""
    header, _, body = raw.replace(b"\n", b"\r\n").partition(b"\r\n\r\n")
    header += b"\r\n\r\n"
    known = {
        "INTERNALDATE": b'"%b"' % f"{datetime.now(UTC):%d-%b-%Y %H:%M:%S} +0000".encode(),
        "RFC822.SIZE": b"%d" % len(header + body),
        "BODYSTRUCTURE": b'("text" "plain" ("charset" "utf-8") NIL NIL "8bit" %d 3)' % len(body),
    }
    texts = {"BODY[HEADER]": header, "BODY[1]": body, "BODY[]": header + body}
    parts = [b"UID %d" % uid]
    for item in re.findall(r"[\w.]+(?:\[[^]]*\])?", re.sub(r"<0\.\d+>", "", items)):
        name = item.replace(".PEEK", "")
        octets = texts.get(name)
        value = known[name] if octets is None else b"{%d}\r\n%b" % (len(octets), octets)
        parts.append(name.encode() + b" " + value)
    return b"* %d FETCH (%b)\r\n" % (uid, b" ".join(parts))
