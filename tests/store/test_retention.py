"""What is old goes; what the rep decided stays as long as it means something."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.store import answers, feedback, followers, invitations, oauth_states, sends, sign_in_links, web_sessions
from app.store.engine import Database
from app.store.followers import AnswerThread
from app.store.invitations import Invitation
from app.store.keys import Keys
from app.store.mailboxes import of_rep
from app.store.oauth_states import OAuthState
from app.store.retention import erase_before, erase_expired
from app.store.schema import Nudge, NudgeAnswer, Send, SendToken, SignInLink, Template, WebSession
from app.store.states import FeedbackKind, NudgeKind
from tests.web.seed import NOW, Seeded, open_outbox


@pytest.mark.usefixtures("jonas")
def test_old_sends_go_with_their_index_and_new_ones_stay(database: Database) -> None:
    moment = NOW - timedelta(days=30)
    with database.writing() as session:
        old = session.scalar(select(func.count()).select_from(Send).where(Send.sent_at < moment))
        assert erase_before(session, moment) == old
        assert session.scalar(select(func.count()).select_from(Send).where(Send.sent_at < moment)) == 0
        assert session.scalar(select(func.count()).select_from(Send)) != 0
        assert set(session.scalars(select(SendToken.send_id))) <= set(session.scalars(select(Send.id)))


def test_a_stopped_template_stays_stopped_while_copies_of_it_are_kept(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        nudge = session.get_one(Nudge, jonas.nudges["delivered"])
        feedback.say(session, nudge, FeedbackKind.STOP, NOW - timedelta(days=100))
        nudge.last_send_at = NOW - timedelta(days=100)
        session.flush()
        erase_before(session, NOW - timedelta(days=90))
        assert feedback.is_stopped(session, jonas.templates["parts"])


def test_a_nudge_goes_with_what_follows_it_and_with_its_answers(database: Database, keys: Keys, jonas: Seeded) -> None:
    with database.writing() as session:
        nudge = session.get_one(Nudge, jonas.nudges["delivered"])
        nudge.last_send_at = old = NOW - timedelta(days=100)
        vault = keys.of_rep(session, jonas.rep_id)
        followers.follow(session, vault, nudge, NudgeKind.HELP, old, AnswerThread("<a@b.example>", ()))
        answers.note(session, nudge, b"identity", b"content", "unknown", old)
        erase_before(session, NOW - timedelta(days=90))
        assert session.scalars(select(Nudge.id).where(Nudge.about_id.is_not(None))).all() == []
        assert session.scalars(select(NudgeAnswer)).all() == []


def test_a_template_goes_with_its_last_copy(database: Database, keys: Keys, jonas: Seeded) -> None:
    with database.writing() as session:
        [mailbox] = of_rep(session, jonas.rep_id)
        template = sends.template_for(session, mailbox.id, 77, NOW - timedelta(days=100))
        outbox = open_outbox(session, keys, mailbox)
        outbox.send("Alt", [("Anna", "anna@weber.example")], NOW - timedelta(days=95), template=template)
        erase_before(session, NOW - timedelta(days=90))
        assert session.get(Template, template.id) is None


def test_what_has_run_out_goes_and_what_still_counts_stays(database: Database, keys: Keys, jonas: Seeded) -> None:
    for began in (NOW - timedelta(days=200), NOW):
        with database.writing() as session:
            invitations.invite(session, keys, f"{began:%Y}@keller-maschinen.example", began)
            sign_in_links.mint(session, jonas.rep_id, began)
            oauth_states.begin(session, f"state of {began}", began)
            web_sessions.start(session, jonas.rep_id, began)
    tables = (Invitation, SignInLink, OAuthState, WebSession)
    with database.writing() as session:
        before = [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
        erase_expired(session, NOW)
        after = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    assert after == [count - 1 for count in before]
