"""A post room on a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replies.post_room import PostRoom
from tests.servers.dovecot import Dovecot
from tests.web.seed import prepare_database


@pytest.fixture
def room(tmp_path: Path, dovecot: Dovecot) -> Iterator[PostRoom]:
    database, keys = prepare_database(f"sqlite:///{tmp_path / 'zuruf.db'}")
    yield PostRoom(database, keys, dovecot)
    database.close()
