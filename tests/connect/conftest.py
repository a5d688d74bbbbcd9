"""An installation on each kind of database, registered with a provider."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.engine import Database
from app.store.keys import Keys
from tests.web.seed import prepare_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def prepared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, Keys]]:
    """An empty database at the current schema, and its keys."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    else:
        url = f"sqlite:///{tmp_path / 'zuruf.db'}"
    database, keys = prepare_database(url)
    yield database, keys
    database.close()


@pytest.fixture
def database(prepared: tuple[Database, Keys]) -> Database:
    return prepared[0]


@pytest.fixture
def keys(prepared: tuple[Database, Keys]) -> Keys:
    return prepared[1]
