"""Two couriers on one database and one mail server: every nudge arrives, and none twice."""

from contextlib import ExitStack

import pytest

from app.courier.bursts import read_burst
from app.store import mailboxes, nudges
from app.store.schema import Mailbox, Nudge
from tests.courier.post import QUICK, Post, now
from tests.flow.running import wait_until

MAILBOXES, BURSTS = 6, 5


@pytest.mark.timeout(600)
def test_many_due_nudges_arrive_once_each(post: Post) -> None:
    for _ in range(MAILBOXES):
        post.connect(BURSTS, cap=50)
    with ExitStack() as stack:
        for courier in (post.courier(), post.courier()):
            stack.callback(courier.stop)
            courier.start()
        wait_until(lambda: post.delivered() == MAILBOXES * BURSTS, 300)
    assert sorted(post.inboxes().values()) == [1] * (MAILBOXES * BURSTS)


def test_together_they_keep_to_the_cap_of_a_mailbox(post: Post) -> None:
    """Each has another nudge of the mailbox in hand; whoever is second decides anew."""
    mailbox_id = post.connect(2, cap=1)
    with post.database.reading() as session:
        rows = session.query(Nudge).filter(Nudge.mailbox_id == mailbox_id).all()
    first, second = (post.courier()._delivery for _ in range(2))
    with post.database.reading() as session:
        written = read_burst(session, post.keys, session.get_one(Nudge, rows[1].id), now())
    assert written is not None
    first.advance(rows[0].id)
    with post.database.writing() as session:
        assert nudges.claim(session, rows[1], now(), now() + QUICK.claim)
        assert not second._is_wanted(session, written, session.get_one(Mailbox, mailbox_id), now())
    assert sum(post.inboxes().values()) == 1


def test_what_one_has_in_hand_the_other_leaves_alone_until_the_claim_ends(post: Post) -> None:
    post.connect(1, cap=1)
    moment = now()
    with post.database.writing() as session:
        [nudge] = nudges.due(session, moment, moment)
        assert nudges.claim(session, nudge, moment, moment + QUICK.claim)
        assert not nudges.claim(session, nudge, moment, moment + QUICK.claim)
        assert nudges.due(session, moment, moment) == []
        after = moment + QUICK.claim
        assert [row.id for row in nudges.due(session, after, after)] == [nudge.id]


def test_what_a_dead_process_had_claimed_is_free_after_a_restart(post: Post) -> None:
    post.connect(1, cap=1)
    with post.database.writing() as session:
        [nudge] = nudges.due(session, now(), now())
        nudges.claim(session, nudge, now(), now() + QUICK.claim)
        nudges.release_all(session)
        assert [row.id for row in nudges.due(session, now(), now())] == [nudge.id]


def test_nothing_is_intended_once_a_removal_has_begun(post: Post) -> None:
    mailbox_id = post.connect(1, cap=1)
    with post.database.writing() as session:
        [nudge] = nudges.due(session, now(), now())
        mailboxes.begin_removal(session.get_one(Mailbox, mailbox_id), now())
    post.courier()._delivery.advance(nudge.id)
    assert post.inboxes() == {}
