"""What is installed and what is shipped is what was looked at."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# htmx 2.0.11 as `npm pack htmx.org@2` delivers it: a changed file is a decision, not an accident.
HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_every_locked_package_has_a_version_and_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    packages = [entry for entry in re.split(r"\n(?=\S)", text) if not entry.startswith("#") and entry.strip()]
    assert len(packages) > 20
    assert [entry.split("\n")[0] for entry in packages if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("file", ["Makefile", "Dockerfile"])
def test_nothing_is_installed_without_its_hash(file: str) -> None:
    installs = [line for line in (ROOT / file).read_text("utf-8").splitlines() if "pip install" in line]
    assert installs
    assert [line for line in installs if "--require-hashes" not in line and "--no-deps" not in line] == []


def test_the_vendored_script_is_the_published_one() -> None:
    assert sha256((ROOT / "app/web/static/htmx.min.js").read_bytes()).hexdigest() == HTMX
