"""Switches controls of docs/security.md off, one at a time in a copy of the tree, and sees that the named test fails.

`python -m tests.controls [--write] [WORDS ...]`: those of `tests/controls.toml` whose threat, name or test has one of
the words, else all. With `--write` the table of docs/security.md gets what came of it. Exit status 1 where a test does
not notice that its control is off, or does not pass with it.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
LIST: Final = Path(__file__).with_suffix(".toml")
PAGE: Final = ROOT / "docs/security.md"
COPIED: Final = (
    *("app", "classifier", "templates", "tests", "docs", "pyproject.toml", "README.md"),
    *("Makefile", "Dockerfile", "requirements.lock", "requirements-test.lock"),
)
LEFT_OUT: Final = shutil.ignore_patterns("__pycache__", "pictures", "*.png", "*.pyc")
BEGIN: Final = "<!-- controls: python -m tests.controls --write -->\n"
END: Final = "<!-- end of controls -->\n"
HEAD: Final = "| control | test | with the control off |\n| --- | --- | --- |\n"
REASONS_HEAD: Final = "| threat | why nothing of ours is switched off |\n| --- | --- |\n"


@dataclass(frozen=True, slots=True)
class Control:
    """In `file`, the first text of each swap becomes the second wherever it stands; `test` has to fail then."""

    threat: str
    name: str
    file: str
    test: str
    swaps: tuple[tuple[str, str], ...]

    def row(self, result: str) -> str:
        return f"| {self.name} | `{self.test}` | {result} |"


@dataclass(frozen=True, slots=True)
class Listed:
    """The list: its threats in order, the controls that can be switched off, and by threat why there is none."""

    threats: tuple[str, ...]
    controls: tuple[Control, ...]
    reasons: Mapping[str, str]


def listed() -> Listed:
    rows = tomllib.loads(LIST.read_text("utf-8"))["threat"]
    return Listed(
        threats=tuple(row["name"] for row in rows),
        controls=tuple(_control(row["name"], one) for row in rows for one in row.get("control", ())),
        reasons={row["name"]: row["reason"] for row in rows if "reason" in row},
    )


def _control(threat: str, values: Mapping[str, Any]) -> Control:
    swaps = tuple((found, off) for found, off in values["swaps"])
    return Control(threat, values["name"], values["file"], values["test"], swaps)


def result(tree: Path, control: Control) -> str:
    """What its test does with the control off: `failed`, or what is wrong."""
    file = tree / control.file
    text = changed = file.read_text("utf-8")
    for found, off in control.swaps:
        if found not in changed:
            return "**the control is not where it was**"
        changed = changed.replace(found, off)
    file.write_text(changed, "utf-8")
    try:
        return _told(tree, control.test)
    finally:
        file.write_text(text, "utf-8")


def _told(tree: Path, test: str) -> str:
    """A test that cannot even begin has noticed nothing; one that fails may leave a server that complains, too."""
    done = _run(tree, test)
    if done.returncode == 0:
        return "**not noticed**"
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    for line in lines:
        sys.stderr.write(f"  {line}\n")
    return "failed" if any(line.startswith("FAILED ") for line in lines) else "**could not be run**"


def _run(tree: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-rfE", "-p", "no:cacheprovider", *tests]
    wide = {**os.environ, "COLUMNS": "200"}  # else the reasons of failures are cut off
    return subprocess.run(command, cwd=tree, env=wide, capture_output=True, text=True, check=False)


def _copy_into(tree: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=LEFT_OUT)
        else:
            shutil.copy(source, tree)


def tried(controls: Sequence[Control]) -> dict[Control, str] | None:
    """The result of each; None where their tests do not even pass with all controls on."""
    with TemporaryDirectory(prefix="zuruf-controls-") as directory:
        tree = Path(directory)
        _copy_into(tree)
        done = _run(tree, *dict.fromkeys(control.test for control in controls))
        if done.returncode != 0:
            sys.stderr.write(f"{done.stdout}\nwith all controls on, the tests do not pass\n")
            return None
        results = {}
        for control in controls:
            results[control] = result(tree, control)
            sys.stdout.write(f"{control.row(results[control])}\n")
            sys.stdout.flush()
    return results


def block(results: Mapping[Control, str], before: str) -> str:
    """The tables, with the rows of `before` for what was not tried this time."""
    kept = set(before.splitlines())
    whole = listed()
    rows = [
        control.row(results.get(control) or ("failed" if control.row("failed") in kept else "**not tried**"))
        for control in whole.controls
    ]
    reasons = [f"| {threat} | {reason} |" for threat, reason in whole.reasons.items()]
    return HEAD + "\n".join(rows) + "\n\n" + REASONS_HEAD + "\n".join(reasons) + "\n"


def _write(results: Mapping[Control, str]) -> None:
    page = PAGE.read_text("utf-8")
    before, rest = page.split(BEGIN)
    shown, after = rest.split(END)
    PAGE.write_text(before + BEGIN + block(results, shown) + END + after, "utf-8")


def main(arguments: list[str]) -> int:
    words = [word for word in arguments if not word.startswith("--")]
    controls = [
        control
        for control in listed().controls
        if not words or any(word in f"{control.threat}\n{control.name}\n{control.test}" for word in words)
    ]
    results = tried(controls)
    if results is None:
        return 1
    if "--write" in arguments:
        _write(results)
    return int(any("**" in told for told in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
