"""What the speed of the classifier is compared with: bogofilter and SpamAssassin, on the same mails as files."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

BOGOFILTER, SPAMASSASSIN = "bogofilter", "spamassassin"


def mails_per_second(raw: Sequence[bytes], spam: Sequence[bytes], ham: Sequence[bytes]) -> dict[str, float]:
    """Return mails a second of each program that is installed; bogofilter learns spam and ham first."""
    rates = {}
    with tempfile.TemporaryDirectory() as folder:
        if shutil.which(BOGOFILTER):
            rates[BOGOFILTER] = len(raw) / _time_bogofilter(Path(folder), raw, spam, ham)
        if shutil.which(SPAMASSASSIN):
            few = raw[:200]  # it takes some 50 ms for each
            rates[SPAMASSASSIN] = len(few) / _time_spamassassin(Path(folder), few)
    return rates


def _time_bogofilter(folder: Path, raw: Sequence[bytes], spam: Sequence[bytes], ham: Sequence[bytes]) -> float:
    for option, mails in (("-s", spam), ("-n", ham)):
        _run([BOGOFILTER, "-d", str(folder), option, "-b"], _write(mails, folder / f"learn{option}"))
    asked = _write(raw, folder / "asked")
    start = time.perf_counter()
    _run([BOGOFILTER, "-d", str(folder), "-T", "-b"], asked)
    return time.perf_counter() - start


def _time_spamassassin(folder: Path, raw: Sequence[bytes]) -> float:
    """Time local tests over one mailbox file, less what the program takes for one mail: its start."""
    boxes = [folder / "one.mbox", folder / "all.mbox"]
    for box, mails in zip(boxes, (raw[:1], raw), strict=True):
        box.write_bytes(b"".join(b"From a@b.example Mon Jan  6 08:00:00 2025\n" + mail + b"\n" for mail in mails))
    times = []
    for box in boxes:
        start = time.perf_counter()
        _run([SPAMASSASSIN, "-L", "-t", "--mbox", str(box)], [])
        times.append(time.perf_counter() - start)
    return max(times[1] - times[0], 1e-9)


def _write(mails: Sequence[bytes], folder: Path) -> list[Path]:
    folder.mkdir()
    paths = [folder / f"{number}.eml" for number in range(len(mails))]
    for path, mail in zip(paths, mails, strict=True):
        path.write_bytes(mail)
    return paths


def _run(command: Sequence[str], paths: Sequence[Path]) -> None:
    # bogofilter's exit codes 0, 1 and 2 name the class of the last mail.
    done = subprocess.run(
        command, input="".join(f"{path}\n" for path in paths).encode(), capture_output=True, check=False
    )
    if done.returncode > 2:
        done.check_returncode()
