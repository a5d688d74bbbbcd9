"""The log of a test, and the judge that all share."""

from collections.abc import Iterator

import pytest
import structlog

from classifier import Judge
from tests.adversity.house import Lines


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge.load()


@pytest.fixture
def log() -> Iterator[Lines]:
    with structlog.testing.capture_logs() as lines:
        yield lines
