"""The post of the courier tests, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.courier.post import Post
from tests.servers.dovecot import Dovecot
from tests.web.seed import prepare_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def post(request: pytest.FixtureRequest, tmp_path: Path, dovecot: Dovecot) -> Iterator[Post]:
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    else:
        url = f"sqlite:///{tmp_path / 'zuruf.db'}"
    database, keys = prepare_database(url)
    yield Post(database, keys, dovecot)
    database.close()
