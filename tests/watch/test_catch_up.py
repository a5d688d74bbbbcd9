"""The one step of the watcher on a real server: nothing missed, nothing twice, whatever the folder does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.intake import Stopped
from app.store import mailboxes
from app.store.envelopes import unseal_envelope
from app.store.schema import SendToken
from app.store.states import MailboxState
from app.watch.catch_up import open_sent, take_batch
from tests.flow.mails import PEOPLE, template_mail
from tests.servers.sessions import mail
from tests.watch.conftest import Rep, real_now


def test_every_mail_is_judged_once(rep: Rep) -> None:
    for number in range(3):
        rep.send(number)
    rep.catch_up()
    rep.catch_up()
    assert [send.uid for send in rep.sends()] == [1, 2, 3]
    assert rep.mailbox().last_uid == 3
    assert rep.mailbox().state is MailboxState.WATCHED


def test_a_repeated_batch_changes_nothing(rep: Rep) -> None:
    """As after a crash between the commit and the next step."""
    rep.send(0)
    rep.catch_up()
    rep.change(lambda row: setattr(row, "last_uid", 0))
    rep.catch_up()
    assert len(rep.sends()) == 1


def test_a_second_copy_under_another_id_is_the_same_send(rep: Rep) -> None:
    raw = template_mail(PEOPLE[0], 0, real_now())
    rep.dovecot.append(rep.user, raw)
    rep.dovecot.append(rep.user, raw.replace(b"<template.0.0@", b"<rewritten.by.server@"))
    rep.catch_up()
    assert len(rep.sends()) == 1


def test_a_copy_under_an_id_of_the_server_is_the_same_send(rep: Rep) -> None:
    raw = template_mail(PEOPLE[0], 0, real_now())
    for header in (b"X-Microsoft-Original-Message-ID", b"X-Google-Original-Message-ID"):
        original = b"\n" + header + b": <template.0.0@keller-maschinen.example>\n"
        rewritten = raw.replace(b"<template.0.0@", b"<new.%d@" % len(header)).replace(b"\n", original, 1)
        rep.dovecot.append(rep.user, rewritten.replace(b"Schnellwechsler", b"Wechsler"))
    rep.dovecot.append(rep.user, raw)
    rep.catch_up()
    assert [send.uid for send in rep.sends()] == [3]


def test_the_same_text_to_the_same_person_an_hour_later_is_another_send(rep: Rep) -> None:
    for hours in (2, 1):
        at = real_now() - timedelta(hours=hours)
        raw = template_mail(PEOPLE[0], hours, at)
        rep.dovecot.append(rep.user, raw, when=f"{at:%d-%b-%Y %H:%M:%S} +0000")
    rep.catch_up()
    assert len(rep.sends()) == 2


def test_mail_without_date_and_id_is_judged_once_for_each_time_it_is_sent(rep: Rep) -> None:
    raw = b"To: anna@weber.example\nSubject: Angebot\n\nGuten Tag\n"
    for at in (real_now() - timedelta(days=2), real_now() - timedelta(days=1), real_now() - timedelta(days=1)):
        rep.dovecot.append(rep.user, raw, when=f"{at:%d-%b-%Y %H:%M:%S} +0000")
    rep.catch_up()
    assert [send.uid for send in rep.sends()] == [1, 3]


def test_old_mail_filed_under_its_old_date_is_history(rep: Rep) -> None:
    at = real_now() - timedelta(days=40)
    rep.catch_up()
    rep.send(0, when=f"{at:%d-%b-%Y %H:%M:%S} +0000")
    rep.send(1)
    rep.catch_up()
    assert [send.nudgeable for send in rep.sends()] == [False, True]


def test_mail_of_a_client_whose_clock_is_ahead_counts_as_sent_now(rep: Rep) -> None:
    rep.dovecot.append(rep.user, template_mail(PEOPLE[0], 0, real_now() + timedelta(days=400)))
    rep.catch_up()
    [send] = rep.sends()
    assert send.nudgeable
    assert send.sent_at <= real_now()


def test_a_server_whose_clock_is_ahead_does_not_put_off_nudges_after_a_renumbering(rep: Rep) -> None:
    ahead = real_now() + timedelta(days=3)
    rep.send(0, when=f"{ahead:%d-%b-%Y %H:%M:%S} +0000")
    rep.catch_up()
    newest = rep.mailbox().newest_at
    assert newest is not None
    assert newest <= real_now()


def test_a_renumbered_folder_is_recognised_mail_by_mail(rep: Rep) -> None:
    rep.send(0)
    rep.send(1)
    rep.catch_up()
    before = rep.mailbox().uidvalidity
    with rep.dovecot.client(rep.user) as client:
        client.rename("Sent", "Old")
        client.create("Sent")
    for number in (1, 0, 2):
        rep.send(number)
    rep.catch_up()
    assert rep.mailbox().uidvalidity != before
    assert [send.uid for send in rep.sends()] == [1, 2, 3]
    assert [send.nudgeable for send in rep.sends()][2]


def test_what_was_there_before_connecting_is_history(rep: Rep) -> None:
    rep.send(0)
    rep.change(lambda row: setattr(row, "nudge_uid", 2))
    rep.send(1)
    rep.catch_up()
    assert [send.nudgeable for send in rep.sends()] == [False, True]


def test_old_mail_that_a_client_uploads_is_never_nudgeable(rep: Rep) -> None:
    rep.dovecot.append(rep.user, template_mail(PEOPLE[0], 0, real_now() - timedelta(days=40)))
    rep.catch_up()
    assert [send.nudgeable for send in rep.sends()] == [False]


def test_mail_of_more_than_ninety_days_ago_is_not_read(rep: Rep) -> None:
    at = real_now() - timedelta(days=120)
    rep.send(0, when=f"{at:%d-%b-%Y %H:%M:%S} +0000")
    rep.send(1)
    rep.catch_up()
    assert [send.uid for send in rep.sends()] == [2]
    assert (rep.mailbox().history_total, rep.mailbox().history_done) == (1, 1)


def test_our_own_nudges_are_never_judged(rep: Rep) -> None:
    rep.dovecot.append(rep.user, b"X-Zuruf: nudge\n" + mail())
    rep.catch_up()
    assert rep.sends() == []
    assert rep.mailbox().last_uid == 1


def test_private_mail_is_counted_but_not_analysed(rep: Rep) -> None:
    rep.dovecot.append(rep.user, mail(subject="Privat: Samstag"))
    rep.catch_up()
    [send] = rep.sends()
    assert (send.score, send.sketch, send.reasons[0]["code"]) == (None, b"", "excluded")


def test_nothing_is_stored_for_a_mailbox_that_was_paused_meanwhile(rep: Rep) -> None:
    rep.send(0)
    with rep.session() as session:
        opened = open_sent(rep.database, session, rep.id, real_now())
        rep.change(lambda row: mailboxes.pause(row, real_now()))
        with pytest.raises(Stopped):
            take_batch(rep.database, rep.intake, session, rep.id, opened, real_now())
    assert rep.sends() == []


def test_the_third_copy_flags_the_first_two_and_opens_one_burst(rep: Rep) -> None:
    for number in range(5):
        rep.send(number)
        rep.catch_up()
    sends = rep.sends()
    assert [send.flagged for send in sends] == [True] * 5
    assert len({send.template_id for send in sends}) == 1
    assert len({send.nudge_id for send in sends}) == 1
    assert sends[0].nudge_id is not None
    assert sends[0].reasons[0]["code"] == "same_text"


def test_a_large_folder_is_read_in_batches_with_progress(rep: Rep) -> None:
    for number in range(205):
        rep.dovecot.append(rep.user, mail(text=f"Text {number}", message_id=f"<{number}@k.example>"))
    with rep.session() as session:
        opened = open_sent(rep.database, session, rep.id, real_now())
        assert take_batch(rep.database, rep.intake, session, rep.id, opened, real_now())
        assert (rep.mailbox().history_done, rep.mailbox().history_total) == (200, 205)
        assert rep.mailbox().state is MailboxState.READING
    rep.catch_up()
    assert rep.mailbox().history_done == 205
    assert rep.mailbox().history_ended_at is not None


def test_of_an_excluded_mail_only_that_it_was_seen_is_kept(rep: Rep) -> None:
    rep.dovecot.append(rep.user, mail("Privat: Grillen am Samstag"))
    rep.catch_up()
    [send] = rep.sends()
    with rep.database.reading() as session:
        vault = rep.keys.of_rep(session, rep.mailbox().rep_id)
        kept = unseal_envelope(vault, send.id, send.envelope)
        tokens = session.scalars(select(SendToken.token)).all()
    assert (kept.subject, kept.recipients, kept.message_id, tokens) == ("", (), None, [])
