"""What docs/security.md and docs/asvs.md name as a proof exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROOF = re.compile(r"`((?:tests|app|docs)/[\w./-]+)(?:::(\w+))?`")
DOCUMENTS = ("docs/security.md", "docs/asvs.md")


def _rows(document: str) -> list[str]:
    lines = (ROOT / document).read_text("utf-8").splitlines()
    is_row = re.compile(r"\| (?!---|threat|requirement|control \|)")
    return [line for line in lines if is_row.match(line)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_proof_that_is_named_exists(document: str) -> None:
    missing = []
    for path, name in PROOF.findall((ROOT / document).read_text("utf-8")):
        file = ROOT / path
        if not file.exists() or (name and f"def {name}(" not in file.read_text("utf-8")):
            missing.append(f"{path}::{name}")
    assert missing == []


def test_every_threat_has_a_control_and_a_test() -> None:
    rows = _rows("docs/security.md")
    assert len(rows) > 25
    assert [row for row in rows if "::test_" not in row] == []


def test_every_requirement_has_a_proof_or_a_reason() -> None:
    for row in _rows("docs/asvs.md"):
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 4, row
        assert cells[2] in {"yes", "partly", "no", "n/a"}, row
        assert cells[3], row
