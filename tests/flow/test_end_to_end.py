"""The end-to-end script itself."""

import subprocess
import sys

import pytest


@pytest.mark.usefixtures("dovecot")
def test_the_script_finds_exactly_one_nudge() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.end_to_end"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 Personen" in done.stdout
    assert ": ok, watched; 10 mails in 'Sent'" in done.stdout
