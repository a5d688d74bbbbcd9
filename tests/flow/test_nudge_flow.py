"""From the command line to the nudge in INBOX, on a real Dovecot."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.flow.mailboxes import connect, nudges, send_template
from tests.flow.mails import PEOPLE, REP, answer, personal_mail, template_mail
from tests.flow.running import Zuruf, wait_until
from tests.servers.dovecot import Dovecot

NOW = datetime.now(UTC).replace(microsecond=0)


def test_one_burst_brings_one_nudge_with_number_and_thread(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.append(user, answer(PEOPLE[0], NOW), "INBOX")
    connect(zuruf, dovecot, user)
    send_template(dovecot, user)
    wait_until(lambda: nudges(dovecot, user))
    [nudge] = nudges(dovecot, user)
    assert (nudge.get_all("To"), nudge["Cc"], nudge["Bcc"]) == ([REP], None, None)
    assert nudge["In-Reply-To"] == "<template.0.4@keller-maschinen.example>"
    text, html = nudge.get_body(("plain",)), nudge.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "5 Personen" in text.get_content()
    assert "Anna Weber" in text.get_content()
    assert "030 231250" in text.get_content()
    assert "tel:+4930231250" in html.get_content()


def test_personal_mail_brings_nothing(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(zuruf, dovecot, user)
    for number, person in enumerate(PEOPLE):
        dovecot.append(user, personal_mail(person, number, datetime.now(UTC)))
    # The burst that follows shows that everything before it was judged.
    send_template(dovecot, user)
    wait_until(lambda: nudges(dovecot, user))
    [nudge] = nudges(dovecot, user)
    assert nudge["In-Reply-To"].startswith("<template.")


def test_history_is_for_the_rep_alone_and_never_nudged(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    for number, person in enumerate(PEOPLE):
        at = NOW - timedelta(days=20, minutes=number)
        dovecot.append(user, template_mail(person, number, at), when=f"{at:%d-%b-%Y %H:%M:%S} +0000")
    printed = connect(zuruf, dovecot, user)
    assert "shown to the rep alone" in printed
    assert not any(person.name in printed or person.company in printed for person in PEOPLE)
    send_template(dovecot, user, template=1, first=50)
    wait_until(lambda: nudges(dovecot, user))
    assert [nudge["In-Reply-To"] for nudge in nudges(dovecot, user)] == ["<template.1.54@keller-maschinen.example>"]


def test_nothing_in_sent_is_changed(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(zuruf, dovecot, user)
    dovecot.append(user, template_mail(PEOPLE[0], 99, NOW), flags="()")
    send_template(dovecot, user)
    before = dovecot.messages(user, "Sent")
    wait_until(lambda: nudges(dovecot, user))
    assert dovecot.messages(user, "Sent") == before


def test_the_same_on_postgresql(tmp_path: Path, dovecot: Dovecot, postgresql_url: str) -> None:
    user = dovecot.new_user()
    with Zuruf(tmp_path, ZURUF_DATABASE_URL=postgresql_url) as zuruf:
        connect(zuruf, dovecot, user)
        send_template(dovecot, user)
        wait_until(lambda: nudges(dovecot, user))
    assert len(nudges(dovecot, user)) == 1


def test_the_log_and_the_database_hold_no_content(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.append(user, answer(PEOPLE[0], NOW), "INBOX")
    connect(zuruf, dovecot, user)
    send_template(dovecot, user)
    wait_until(lambda: nudges(dovecot, user))
    zuruf.stop()
    kept = b"".join(
        path.read_bytes() for path in zuruf.directory.rglob("*") if path.suffix in {".log", ".db", ".db-wal"}
    )
    # The password is "pw", too short to look for.
    for secret in ("Schnellwechsler", "Rüstzeit", "anna.weber", "Weber Guss", REP, user, "23125"):
        assert secret.encode() not in kept
