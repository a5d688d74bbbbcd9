"""A rep answers nudges in the mail client, on a real Dovecot: what it says shows on the page and counts at once."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.flow.mailboxes import connect, nudges, send_template
from tests.flow.mails import REP, Person, template_mail
from tests.flow.running import Zuruf, wait_until
from tests.flow.test_page_flow import connect_by_page, open_page
from tests.servers.dovecot import Dovecot

NUMBERS = count()
FRANZ = Person("Franz Huber", "f.huber@huber-waagen.example", "Huber Waagen")


def reply(dovecot: Dovecot, user: str, words: str, to: str | None = None) -> None:
    """File an answer in Sent, as a mail client does; without `to` it answers the nudge."""
    answered = to or nudges(dovecot, user)[0]["Message-ID"]
    mail = EmailMessage()
    mail["From"] = mail["To"] = REP
    mail["Subject"], mail["Date"] = "Re: Re: 30 Prozent weniger Rüstzeit", format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<reply.{next(NUMBERS)}@keller-maschinen.example>"
    mail["In-Reply-To"] = mail["References"] = answered
    mail.set_content(f"{words}\n\nAm 04.03.26 um 13:02 schrieb Zuruf:\n> Dieser Text ging an 5 Personen.\n")
    dovecot.append(user, mail.as_bytes())


def helps(dovecot: Dovecot, user: str) -> list[EmailMessage]:
    mails = (message_from_bytes(stored.raw, policy=policy.default) for stored in dovecot.messages(user))
    return [mail for mail in mails if mail["X-Zuruf"] == "help"]


def answers(zuruf: Zuruf) -> list[str]:
    """The kinds of the answers that were read so far."""
    with closing(sqlite3.connect(zuruf.directory / "data" / "zuruf.db")) as database:
        return [kind for (kind,) in database.execute("SELECT kind FROM nudge_answers ORDER BY answered_at")]


def expect_flagged(page: Page, zuruf: Zuruf, flagged: int, every: int) -> None:
    """The list says so, perhaps after a while."""
    said = page.get_by_text(f"{flagged} von {every} Mails aufgefallen")
    wait_until(lambda: page.goto(f"{zuruf.url}/sends") and said.count())


def test_an_answer_by_mail_shows_on_the_page_counts_at_once_and_can_be_undone(
    zuruf: Zuruf, dovecot: Dovecot, chromium: Browser
) -> None:
    user = dovecot.new_user()
    page = open_page(chromium, zuruf)
    connect_by_page(page, dovecot, user)
    send_template(dovecot, user)
    wait_until(lambda: nudges(dovecot, user))
    reply(dovecot, user, "Falsch, das ist keine Vorlage.")
    expect_flagged(page, zuruf, 0, 5)
    dovecot.append(user, template_mail(FRANZ, 50, datetime.now(UTC)))
    expect_flagged(page, zuruf, 0, 6)
    page.goto(f"{zuruf.url}/sends?show=every")
    page.get_by_role("link", name="Boris Lang").first.click()
    expect(page.get_by_text("So haben Sie am")).to_be_visible()
    reply(dovecot, user, "rückgängig")
    expect_flagged(page, zuruf, 6, 6)
    assert answers(zuruf) == ["not_a_template", "undo"]


def test_an_answer_that_nobody_understands_gets_one_reply_over_kills_and_restarts(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    user = dovecot.new_user()
    with Zuruf(tmp_path, ZURUF_DELIVERY_GRACE_SECONDS="1") as zuruf:
        connect(zuruf, dovecot, user)
        send_template(dovecot, user)
        wait_until(lambda: nudges(dovecot, user))
        reply(dovecot, user, "Wie meinen?")
        wait_until(lambda: answers(zuruf))
        zuruf.kill()
        zuruf.start()
        wait_until(lambda: helps(dovecot, user))
        zuruf.kill()
        zuruf.start()
        reply(dovecot, user, "Und nun?")
        reply(dovecot, user, "angerufen", to=helps(dovecot, user)[0]["Message-ID"])
        wait_until(lambda: "called" in answers(zuruf))
    [help_mail] = helps(dovecot, user)
    assert (help_mail.get_all("To"), help_mail["Auto-Submitted"]) == ([REP], "auto-generated")
    assert answers(zuruf) == ["unknown", "unknown", "called"]


def test_an_answer_to_another_reps_nudge_or_to_a_forged_one_does_nothing(zuruf: Zuruf, dovecot: Dovecot) -> None:
    jonas, priya = dovecot.new_user(), dovecot.new_user()
    for user in (jonas, priya):
        connect(zuruf, dovecot, user)
        send_template(dovecot, user)
    wait_until(lambda: nudges(dovecot, jonas) and nudges(dovecot, priya))
    reply(dovecot, jonas, "stopp", to=nudges(dovecot, priya)[0]["Message-ID"])
    reply(dovecot, jonas, "stopp", to=f"<nudge.{'0' * 32}@zuruf.invalid>")
    # The answer that follows shows that those before it were read.
    reply(dovecot, jonas, "angerufen")
    wait_until(lambda: answers(zuruf))
    assert answers(zuruf) == ["called"]
    assert helps(dovecot, jonas) + helps(dovecot, priya) == []
