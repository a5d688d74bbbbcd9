"""Bogofilter, the Bayesian spam filter, trained and asked as its manual says; it runs as a program of its own."""

import shutil
import subprocess
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

from classifier.dataset import Row
from classifier.evaluation.measures import Numbers, as_numbers

PROGRAM = "bogofilter"


def is_installed() -> bool:
    """Whether the program is there (Debian: bogofilter)."""
    return shutil.which(PROGRAM) is not None


def learn_and_score(learned: Sequence[Row], asked: Sequence[Row], folder: Path) -> Numbers:
    """Return bogofilter's score (0..1) of each row asked, after it learned the others in an empty folder.

    Raises CalledProcessError where the program fails.
    """
    for bulk, option in ((True, "-s"), (False, "-n")):
        _run(folder, [option], write_mails([row for row in learned if row.bulk is bulk], folder / f"learn{option}"))
    printed = _run(folder, ["-T"], write_mails(asked, folder / "ask"))
    return as_numbers([float(line.split()[-1]) for line in printed.splitlines()])


def write_mails(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Write each row as a mail file; return the files in the order of the rows."""
    folder.mkdir(parents=True)
    paths = [folder / f"{number}.eml" for number in range(len(rows))]
    for row, path in zip(rows, paths, strict=True):
        path.write_bytes(to_mail(row))
    return paths


def to_mail(row: Row) -> bytes:
    """Return a row as a mail with nothing but subject and text."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(row.sample.subject.split())
    mail.set_content(row.sample.body.encode("utf-8", "replace").decode(), cte="8bit")
    return mail.as_bytes()


def _run(folder: Path, options: Sequence[str], paths: Sequence[Path]) -> str:
    # Exit codes 0, 1 and 2 name the class of the last mail.
    done = subprocess.run(  # noqa: S603 - a program by its name, with paths of our own
        [PROGRAM, "-d", str(folder), *options, "-b"],
        input="".join(f"{path}\n" for path in paths),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode > 2:
        done.check_returncode()
    return done.stdout
