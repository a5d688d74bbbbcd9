"""A model that is gone or damaged stops the start with a word on what to do, and nothing else happens."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.config import ROOT
from classifier.answers import reader
from classifier.model import FOLDER, MODEL_NAME
from tests.servers.accounts import free_port


class Copy:
    """An installation whose files may be broken."""

    def __init__(self, directory: Path) -> None:
        self.program, self.data = directory / "program", directory / "data"
        for name in ("app", "classifier", "templates"):
            shutil.copytree(ROOT / name, self.program / name, ignore=shutil.ignore_patterns("corpus", "__pycache__"))
        self.model = self.program / FOLDER.relative_to(ROOT) / MODEL_NAME

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "ZURUF_DATA_DIR": str(self.data), "ZURUF_PORT": str(free_port())}
        return subprocess.run(
            [sys.executable, "-m", "app", command],
            cwd=self.program, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip


def cut_in_half(model: Path) -> None:
    model.write_bytes(model.read_bytes()[: model.stat().st_size // 2])


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


@pytest.mark.parametrize("harm", [Path.unlink, cut_in_half])
def test_the_start_names_the_file_and_what_to_run(copy: Copy, harm: Callable[[Path], None]) -> None:
    harm(copy.model)
    done = copy.run("serve")
    assert done.returncode == 1
    assert str(copy.model.parent) in done.stderr
    assert MODEL_NAME in done.stderr
    assert "python -m classifier.train" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_start_names_the_model_that_reads_answers_as_well(copy: Copy) -> None:
    model = copy.program / reader.FOLDER.relative_to(ROOT) / reader.MODEL_NAME
    model.unlink()
    done = copy.run("serve")
    assert done.returncode == 1
    assert f"the model in {model.parent}: {reader.MODEL_NAME} is missing" in done.stderr
    assert "python -m classifier.answers.train" in done.stderr


def test_the_check_finds_it_and_what_was_stored_is_there_once_it_is_back(copy: Copy) -> None:
    aside = copy.model.rename(copy.model.with_suffix(".aside"))
    broken = copy.run("check")
    assert (broken.returncode, f"model: {MODEL_NAME} is missing" in broken.stdout) == (1, True), broken.stderr
    aside.rename(copy.model)
    mended = copy.run("check")
    assert (mended.returncode, "database: ok" in mended.stdout) == (0, True), mended.stderr
