"""What the tests of the classifier share: the shipped model, loaded once."""

import pytest

from classifier import Judge


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge.load()
