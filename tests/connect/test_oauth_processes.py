"""Several processes on one PostgreSQL database."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

from app.store.engine import Database, migrate
from app.store.keys import Keys
from app.store.vault import KeyRing, new_key
from tests.connect.refreshing import token_of
from tests.servers.oauth_world import OAuthWorld, now


def test_two_processes_never_refresh_together(oauth: OAuthWorld, postgresql_url: str) -> None:
    database, key = Database(postgresql_url), new_key()
    keys = Keys(KeyRing([key]))
    migrate(database)
    with database.writing() as session:
        keys.prepare_installation(session)
    mailbox_id = oauth.connect(database, keys, oauth.dovecot.new_user()).mailbox_id
    database.close()
    oauth.server.faults.seconds = 2
    asked = (postgresql_url, key, oauth.provider, oauth.network, mailbox_id, now() + timedelta(hours=2))
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        tokens = {future.result() for future in [pool.submit(token_of, *asked) for _ in range(2)]}
    assert len(tokens) == 1
    assert (oauth.server.seen.refreshes, oauth.server.seen.at_once) == (1, 1)
