"""The system account that a private server runs under: ourselves, or an unprivileged one when we are root."""

import grp
import os
import pwd
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict


class Privileges(TypedDict):
    """The arguments of `subprocess` that choose the account of the new process."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


@dataclass(frozen=True, slots=True)
class Account:
    """A system account by name and numbers."""

    name: str
    uid: int
    gid: int
    group: str

    def privileges(self) -> Privileges:
        """Nothing to change unless we are root."""
        if os.geteuid() != 0:
            return Privileges(user=None, group=None, extra_groups=None)
        return Privileges(user=self.uid, group=self.gid, extra_groups=[])


def server_account(*preferred: str) -> Account:
    """Dovecot and PostgreSQL both refuse to serve as root, so root takes the first of `preferred` that exists."""
    if os.geteuid() != 0:
        entry = pwd.getpwuid(os.geteuid())
    else:
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = next(known[name] for name in (*preferred, "nobody") if name in known)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, grp.getgrgid(entry.pw_gid).gr_name)


def private_directory(name: str, account: Account) -> Path:
    """A new directory owned by `account`; short and outside of pytest's, which other accounts may not enter."""
    directory = Path(tempfile.mkdtemp(prefix=f"zuruf-{name}-"))
    shutil.chown(directory, account.uid, account.gid)
    return directory


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
