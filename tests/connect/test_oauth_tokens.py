"""Access tokens of stored mailboxes: cached, refreshed by one worker at a time, and what a refusal means."""

import sqlite3
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Timer

import pytest
from authlib.oauth2.auth import ClientAuth

from app.connect import open_account
from app.connect.oauth_http import Answer, TokenPost
from app.connect.oauth_tokens import TokenDesk
from app.mail.errors import LoginRefused, ServerBusy
from app.store import mailboxes, oauth_grants
from app.store.engine import Database
from app.store.keys import Keys
from app.store.schema import Mailbox
from tests.servers.oauth_world import OAuthWorld, now
from tests.web.seed import prepare_database

LATER = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class LockingPost(TokenPost):
    """Once the provider has answered, somebody else holds SQLite's write lock for a second."""

    database_file: Path = Path()

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: ClientAuth) -> Answer:
        answer = TokenPost.post(self, url, data, headers, auth)
        other = sqlite3.connect(self.database_file, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE").close()
        Timer(1.0, other.close).start()
        return answer


@pytest.fixture
def mailbox_id(oauth: OAuthWorld, database: Database, keys: Keys) -> uuid.UUID:
    """A mailbox that was signed in to just now."""
    return oauth.connect(database, keys, oauth.dovecot.new_user()).mailbox_id


def later_desk(oauth: OAuthWorld, database: Database, keys: Keys) -> TokenDesk:
    """What asks for tokens when the first one has ended."""
    return oauth.desk(database, keys, lambda: now() + LATER)


def account_of(database: Database, keys: Keys, mailbox_id: uuid.UUID) -> mailboxes.Account:
    with database.reading() as session:
        return mailboxes.account_of(session, keys, session.get_one(Mailbox, mailbox_id))


def test_a_fresh_token_is_used_again(oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID) -> None:
    desk = oauth.desk(database, keys)
    assert desk.access_token(mailbox_id) == desk.access_token(mailbox_id)
    assert oauth.server.seen.refreshes == 0


def test_a_token_that_ends_is_refreshed_before_it_does(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    first = oauth.desk(database, keys).access_token(mailbox_id)
    soon = oauth.desk(database, keys, lambda: now() + timedelta(minutes=56))
    assert soon.access_token(mailbox_id) != first
    assert oauth.server.seen.refreshes == 1


def test_a_rotated_refresh_token_takes_the_place_of_the_old_one(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    clock = [now() + LATER, now() + 2 * LATER, now() + 3 * LATER]
    tokens = {oauth.desk(database, keys, lambda at=at: at).access_token(mailbox_id) for at in clock}  # type: ignore[misc]
    assert len(tokens) == 3
    assert [token.spent for token in oauth.server.ledger.tokens] == [True, True, True, False]


def test_a_refresh_token_that_stays_is_kept(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    oauth.server.ledger.rotate = False
    later_desk(oauth, database, keys).access_token(mailbox_id)
    even_later = oauth.desk(database, keys, lambda: now() + 2 * LATER)
    assert even_later.access_token(mailbox_id) == oauth.server.ledger.tokens[-1].access


def test_workers_never_refresh_together(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    oauth.server.faults.seconds = 0.3
    at = now() + LATER
    desks = [oauth.desk(database, keys, lambda: at) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(lambda desk: desk.access_token(mailbox_id), desks))
    assert len(tokens) == 1
    assert (oauth.server.seen.refreshes, oauth.server.seen.at_once) == (1, 1)


def test_a_token_that_was_refused_is_refreshed_once_for_all(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    desk = oauth.desk(database, keys)
    refused = desk.access_token(mailbox_id)
    assert desk.access_token(mailbox_id, refused) == desk.access_token(mailbox_id, refused) != refused
    assert oauth.server.seen.refreshes == 1


def test_a_withdrawn_sign_in_needs_the_rep(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    oauth.server.ledger.revoke(oauth.server.ledger.tokens[0].user)
    with pytest.raises(LoginRefused) as caught:
        later_desk(oauth, database, keys).access_token(mailbox_id)
    assert caught.value.code == "oauth_revoked"


@pytest.mark.parametrize(
    ("status", "told", "code"),
    [
        (500, None, "oauth_busy"),
        (503, b"<html>", "oauth_busy"),
        (429, b'{"error": "invalid_grant"}', "oauth_busy"),
        (200, b"<html>", "oauth_busy"),
        (200, b"[]", "oauth_busy"),
        (400, b'{"error": "temporarily_unavailable"}', "oauth_busy"),
        (200, b'{"access_token": ["x"], "token_type": "Bearer"}', "oauth_misconfigured"),
        (200, b'{"access_token": "x", "token_type": "mac"}', "oauth_misconfigured"),
        (302, b"", "oauth_misconfigured"),
        (404, b"nothing here", "oauth_misconfigured"),
        (401, b'{"error": "invalid_client"}', "oauth_misconfigured"),
        (200, b"x" * 70_000, "oauth_misconfigured"),
    ],
)
def test_an_endpoint_in_trouble_costs_no_grant(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID, status: int, told: bytes, code: str
) -> None:
    desk = later_desk(oauth, database, keys)
    oauth.server.faults.status, oauth.server.faults.told = status, told
    with pytest.raises(ServerBusy) as caught:
        desk.access_token(mailbox_id)
    assert caught.value.code == code
    oauth.server.faults.status = oauth.server.faults.told = None
    assert desk.access_token(mailbox_id) == oauth.server.ledger.tokens[-1].access


@pytest.mark.parametrize("told", ["null", '""', "7"])
def test_an_answer_without_a_usable_refresh_token_leaves_the_old_one(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID, told: str
) -> None:
    oauth.server.faults.status = 200
    oauth.server.faults.told = b'{"access_token": "x", "token_type": "Bearer", "refresh_token": %s}' % told.encode()
    assert later_desk(oauth, database, keys).access_token(mailbox_id) == "x"
    oauth.server.faults.status = oauth.server.faults.told = None
    even_later = oauth.desk(database, keys, lambda: now() + 2 * LATER)
    assert even_later.access_token(mailbox_id) == oauth.server.ledger.tokens[-1].access


def test_an_endpoint_that_is_slow_is_given_up(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    oauth.server.faults.seconds = 2
    hurried = TokenPost(oauth.network, seconds=0.5)
    desk = TokenDesk(database, keys, {oauth.provider.key: oauth.provider}, hurried, lambda: now() + LATER)
    with pytest.raises(ServerBusy, match="oauth_busy"):
        desk.access_token(mailbox_id)


def test_a_provider_that_is_not_set_up_any_more_waits_for_the_administrator(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    desk = TokenDesk(database, keys, {}, oauth.post, lambda: now() + LATER)
    with pytest.raises(ServerBusy, match="oauth_misconfigured"):
        desk.access_token(mailbox_id)


def test_whoever_signs_in_anew_while_a_refresh_is_under_way_wins(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    with database.writing() as session:
        vault = keys.of_rep(session, session.get_one(Mailbox, mailbox_id).rep_id)
        grant = oauth_grants.locked(session, mailbox_id)
        assert grant is not None
        turn = oauth_grants.take(session, vault, grant, None, now() + LATER)
    assert isinstance(turn, oauth_grants.Turn)
    newer = oauth_grants.Tokens("newer", "newer-refresh", now() + LATER)
    with database.writing() as session:
        oauth_grants.keep(session, vault, mailbox_id, "microsoft", newer)
    with database.writing() as session:
        assert not oauth_grants.end_turn(session, vault, turn, oauth_grants.Tokens("x", "y", now() + LATER))
    assert oauth.desk(database, keys).access_token(mailbox_id) == "newer"


def test_a_database_that_is_locked_for_a_moment_costs_no_rotated_token(oauth: OAuthWorld, tmp_path: Path) -> None:
    database, keys = prepare_database(f"sqlite:///{tmp_path / 'zuruf.db'}")
    mailbox_id = oauth.connect(database, keys, oauth.dovecot.new_user()).mailbox_id
    database.close()
    hurried = Database(f"sqlite:///{tmp_path / 'zuruf.db'}", busy_seconds=0.1)
    locking = LockingPost(oauth.network, database_file=tmp_path / "zuruf.db")
    desk = TokenDesk(hurried, keys, {oauth.provider.key: oauth.provider}, locking, lambda: now() + LATER)
    assert desk.access_token(mailbox_id) == oauth.server.ledger.tokens[-1].access
    even_later = oauth.desk(hurried, keys, lambda: now() + 2 * LATER)
    assert even_later.access_token(mailbox_id) == oauth.server.ledger.tokens[-1].access
    hurried.close()


def test_a_worker_that_died_over_a_refresh_is_succeeded(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    at = now() + LATER
    with database.writing() as session:
        vault = keys.of_rep(session, session.get_one(Mailbox, mailbox_id).rep_id)
        grant = oauth_grants.locked(session, mailbox_id)
        assert grant is not None
        oauth_grants.take(session, vault, grant, None, at)
    successor = oauth.desk(database, keys, lambda: at + oauth_grants.TURN)
    assert successor.access_token(mailbox_id) == oauth.server.ledger.tokens[-1].access


def test_tokens_lie_sealed_in_the_database(database: Database, keys: Keys, mailbox_id: uuid.UUID) -> None:
    with database.reading() as session:
        grant = oauth_grants.of_mailbox(session, mailbox_id)
        assert grant is not None
        vault = keys.of_rep(session, session.get_one(Mailbox, mailbox_id).rep_id)
        token = oauth_grants.stored_token(vault, grant, None, now())
    assert token
    assert token.encode() not in grant.access_token


def test_a_removed_mailbox_takes_its_grant_along(database: Database, keys: Keys, mailbox_id: uuid.UUID) -> None:
    with database.writing() as session:
        mailboxes.remove(session, keys, session.get_one(Mailbox, mailbox_id))
    with database.reading() as session:
        assert oauth_grants.of_mailbox(session, mailbox_id) is None


def test_a_mailbox_is_opened_by_its_grant(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    with open_account(account_of(database, keys, mailbox_id), oauth.policy(database, keys)) as session:
        assert session.examine("Sent").exists == 0


def test_a_token_that_ended_early_is_replaced_before_anybody_notices(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    account = account_of(database, keys, mailbox_id)
    oauth.server.ledger.end_access(account.username)
    open_account(account, oauth.policy(database, keys)).close()
    assert oauth.server.seen.refreshes == 1


def test_a_token_that_is_refused_anew_needs_the_rep(
    oauth: OAuthWorld, database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    account = account_of(database, keys, mailbox_id)
    stranger = mailboxes.Account(**{**{name: getattr(account, name) for name in account.__slots__}, "username": "b@x"})
    with pytest.raises(LoginRefused) as caught:
        open_account(stranger, oauth.policy(database, keys))
    assert (caught.value.code, oauth.server.seen.refreshes) == ("token_refused", 1)
