"""A private Dovecot on loopback: any user name exists, its password is `pw`, its folders are INBOX and Sent.

Also for scripts outside of pytest: `with Dovecot() as server: ...`.
"""

import contextlib
import imaplib
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from tests.servers.accounts import Account, free_port, private_directory, server_account

PASSWORD = "pw"
NAMES = ("localhost", "127.0.0.1", "imap.keller-maschinen.example")


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A message as it lies on the server."""

    uid: int
    flags: frozenset[str]
    raw: bytes


def find_dovecot() -> str | None:
    """The server program, which Debian keeps out of an ordinary user's PATH."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class Dovecot:
    """The server; `directory` (default: a new one, removed in the end) must be open to unprivileged accounts.

    With `introspection_url` it takes access tokens, too, which it asks about there (RFC 7662).
    """

    host = "127.0.0.1"
    password = PASSWORD

    def __init__(self, directory: Path | None = None, introspection_url: str | None = None) -> None:
        program = find_dovecot()
        if program is None:
            raise RuntimeError("The Dovecot IMAP server is not installed (Debian: dovecot-imapd).")
        self._program = program
        self._account = server_account("dovecot")
        self._given = directory
        self._directory = directory or private_directory("dovecot", self._account)
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self.imap_port, self.imaps_port = free_port(), free_port()
        self.ca_file = self._directory / "ca.pem"
        self._introspection_url = introspection_url
        self._prepare()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._given is None:
            shutil.rmtree(self._directory, ignore_errors=True)

    def start(self) -> None:
        """Start, and return once the server greets."""
        assert self._process is None
        self._process = subprocess.Popen(
            [self._program, "-F", "-c", str(self._directory / "dovecot.conf")],
            cwd=self._directory,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **self._account.privileges(),
        )
        deadline = time.monotonic() + 20
        while not self._greets():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"Dovecot did not start:\n{self.log()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop; the mail stays where it is."""
        if self._process is None:
            return
        # A session in IDLE outlives its master by seconds, so the whole group of our own processes is told.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(20)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Stop and start on the same ports: every connection breaks, no mail is lost."""
        self.stop()
        self.start()

    def change_password(self, password: str) -> None:
        """Every user has this one from now on; all are logged out."""
        configuration = self._directory / "dovecot.conf"
        text = configuration.read_text()
        configuration.write_text(text.replace(f"password={self.password}\n", f"password={password}\n"))
        self.password = password
        self.restart()

    def log(self) -> str:
        """What the server has written down so far."""
        path = self._directory / "dovecot.log"
        return path.read_text() if path.exists() else ""

    def new_user(self, name: str = "jonas.keller") -> str:
        """An address that no one has used on this server yet."""
        return f"{name}.{next(self._numbers)}@keller-maschinen.example"

    @contextlib.contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A plain client of the standard library, logged in: the rep's mail program, independent of our own code."""
        with imaplib.IMAP4(self.host, self.imap_port, timeout=20) as client:
            client.login(user, self.password)
            yield client

    def append(self, user: str, raw: bytes, folder: str = "Sent", *, flags: str = "(\\Seen)", when: str = "") -> int:
        """File a message as the rep's mail program does after sending; returns its UID. `when` is an INTERNALDATE."""
        with self.client(user) as client:
            kind, answer = client.append(f'"{folder}"', flags, f'"{when}"' if when else "", raw)
            found = re.search(rb"APPENDUID \d+ (\d+)", answer[0])
            assert kind == "OK", answer
            assert found, answer
            return int(found[1])

    def messages(self, user: str, folder: str = "INBOX") -> list[StoredMail]:
        """All messages of a folder in order of arrival, read without setting a flag."""
        with self.client(user) as client:
            kind, answer = client.select(f'"{folder}"', readonly=True)
            assert kind == "OK", answer
            _, lines = client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")
        return [_stored(line[0], line[1]) for line in lines if isinstance(line, tuple)]

    def sessions(self, user: str) -> int:
        """How many connections of a user are open now."""
        told = subprocess.run(
            ["doveadm", "-c", str(self._directory / "dovecot.conf"), "who", "-1", user],
            capture_output=True,
            text=True,
            check=False,
        )
        return sum(line.startswith(user) for line in told.stdout.splitlines())

    def _greets(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((self.host, self.imap_port), 1) as probe:
            return probe.recv(4) == b"* OK"
        return False

    def _prepare(self) -> None:
        authority = trustme.CA()
        identity = authority.issue_cert(*NAMES)
        authority.cert_pem.write_to_path(self.ca_file)
        identity.private_key_and_cert_chain_pem.write_to_path(self._directory / "server.pem")
        (self._directory / "dovecot.conf").write_text(
            _configuration(self._directory, self._account, self.imap_port, self.imaps_port)
        )
        if self._introspection_url is not None:
            (self._directory / "oauth2.ext").write_text(_introspection(self._introspection_url))
            with (self._directory / "dovecot.conf").open("a") as file:
                file.write(_by_token(self._directory))
        for path in (self._directory, *self._directory.iterdir()):
            shutil.chown(path, self._account.uid, self._account.gid)


def _stored(line: bytes, raw: bytes) -> StoredMail:
    uid = re.search(rb"UID (\d+)", line)
    flags = re.search(rb"FLAGS \(([^)]*)\)", line)
    assert uid, line
    assert flags, line
    return StoredMail(int(uid[1]), frozenset(flags[1].decode().split()) - {"\\Recent"}, raw)


def _introspection(url: str) -> str:
    return f"""\
introspection_mode = post
introspection_url = {url}
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
"""


def _by_token(directory: Path) -> str:
    return f"""\
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {directory}/oauth2.ext
}}
"""


def _configuration(directory: Path, account: Account, imap_port: int, imaps_port: int) -> str:
    return f"""\
protocols = imap
listen = 127.0.0.1
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/dovecot.log
default_internal_user = {account.name}
default_internal_group = {account.group}
default_login_user = {account.name}
first_valid_uid = {account.uid}
first_valid_gid = {account.gid}
mail_max_userip_connections = 0
mailbox_idle_check_interval = 1 secs
mail_fsync = never
auth_failure_delay = 0 secs
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{directory}/server.pem
ssl_key = <{directory}/server.pem
auth_mechanisms = plain login
passdb {{
  driver = static
  mechanisms = plain login
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={account.uid} gid={account.gid} home={directory}/mail/%Lu
}}
mail_location = sdbox:~/mail
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
service anvil {{
  chroot =
  client_limit = 12100
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
  client_limit = 12100
}}
service auth {{
  client_limit = 12100
}}
service imap-login {{
  chroot =
  service_count = 0
  client_limit = 6000
  vsz_limit = 4 G
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 6000
}}
"""
