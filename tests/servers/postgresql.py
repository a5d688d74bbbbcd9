"""A private PostgreSQL cluster on a Unix socket, and empty databases in it. Nothing in it outlives the context."""

import itertools
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from tests.servers.accounts import private_directory, server_account

# No test asks for durability, and without it a fresh database costs milliseconds.
# A zone that is not UTC, as on many machines: times must not depend on it.
OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 "
    "-c timezone=Europe/Berlin"
)


def find_postgresql() -> Path | None:
    """The folder of the server programs; Debian keeps them out of PATH. The newest version wins."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


class PostgreSQL:
    """The cluster; started by entering the context."""

    def __init__(self, options: str = OPTIONS) -> None:
        self._options = options
        programs = find_postgresql()
        if programs is None:
            raise RuntimeError("The PostgreSQL server is not installed (Debian: postgresql).")
        self._programs = programs
        self._account = server_account("postgres")
        self._directory = private_directory("postgresql", self._account)
        self._data = str(self._directory / "data")
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._directory, ignore_errors=True)

    def start(self) -> None:
        """Returns once the server takes connections."""
        options = f"{self._options} -k {self._directory}"
        log = str(self._directory / "log")
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Every connection breaks; the databases stay."""
        self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "stop")

    def new_database(self) -> str:
        """The SQLAlchemy URL of a new, empty database."""
        name = f"zuruf_{next(self._numbers)}"
        self.administer(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://postgres@/{name}?host={quote(str(self._directory), safe='')}"

    def administer(self, statement: str, database: str = "postgres") -> None:
        """Carry out a statement as the superuser, outside of any transaction."""
        with psycopg.connect(host=str(self._directory), user="postgres", dbname=database, autocommit=True) as session:
            session.execute(statement.encode())

    def files(self) -> dict[str, bytes]:
        """Everything that the server keeps, as it lies on the disk after a checkpoint, by the path in its directory."""
        self.administer("CHECKPOINT")
        paths = [path for path in self._directory.rglob("*") if path.is_file()]
        return {str(path.relative_to(self._directory)): path.read_bytes() for path in paths}

    def _run(self, program: str, *arguments: str) -> None:
        log = self._directory / "setup.log"
        # A file and not a pipe: the server inherits it and would hold a pipe open.
        with log.open("ab") as output:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                **self._account.privileges(),
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{log.read_text()}")
