"""What docs/security.md and docs/asvs.md name as a proof exists."""

import re
from pathlib import Path

import pytest

from tests import controls

ROOT = Path(__file__).parents[2]
PROOF = re.compile(r"`((?:tests|app|docs)/[\w./-]+)(?:::(\w+))?`")
DOCUMENTS = ("docs/security.md", "docs/asvs.md")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_proof_that_is_named_exists(document: str) -> None:
    missing = []
    for path, name in PROOF.findall((ROOT / document).read_text("utf-8")):
        file = ROOT / path
        if not file.exists() or (name and f"def {name}(" not in file.read_text("utf-8")):
            missing.append(f"{path}::{name}")
    assert missing == []


def _threats() -> dict[str, str]:
    """The first table of docs/security.md: each threat with its proofs."""
    first = (ROOT / "docs/security.md").read_text("utf-8").split("## Seen to fail")[0]
    rows = [line.strip("|").split(" | ") for line in first.splitlines() if line.startswith("| ")]
    return {threat.strip(): proofs for threat, _, proofs in rows[2:]}


def test_every_threat_has_a_control_and_a_test() -> None:
    threats = _threats()
    assert len(threats) > 25
    assert [threat for threat, proofs in threats.items() if "::test_" not in proofs] == []


def test_every_threat_has_a_control_to_switch_off_or_says_why_not() -> None:
    whole, proofs = controls.listed(), _threats()
    assert whole.threats == tuple(proofs)
    assert {one.threat for one in whole.controls} | set(whole.reasons) == set(proofs)
    assert [one.name for one in whole.controls if one.test not in proofs[one.threat]] == []


def test_every_control_was_seen_to_fail() -> None:
    told = controls.PAGE.read_text("utf-8").split(controls.BEGIN)[1].split(controls.END)[0]
    wanted = controls.block(dict.fromkeys(controls.listed().controls, "failed"), "")
    assert told == wanted, "run: python -m tests.controls --write"


def test_every_requirement_has_a_proof_or_a_reason() -> None:
    lines = (ROOT / "docs/asvs.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if re.match(r"\| (?!---|requirement)", line)]
    assert rows
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 4, row
        assert cells[2] in {"yes", "partly", "no", "n/a"}, row
        assert cells[3], row
