"""The figure of a whole installation tells nothing of anybody."""

from collections.abc import Sequence
from datetime import date, timedelta

from app.store import mailboxes
from app.store.engine import Database
from app.store.instance_figure import LEAST_PEOPLE, last_whole_week, templated_share
from app.store.keys import Keys
from tests.web.seed import ANNA, NOW, connect_mailbox, open_outbox

WEEK = date(2026, 2, 23)  # the Monday of the week before that of NOW, a Wednesday
INSIDE = NOW - timedelta(days=7)


def fill(prepared: tuple[Database, Keys], people: Sequence[tuple[int, int]], *, demo: bool = False) -> None:
    """For each person, so many mails, and so many of them flagged."""
    database, keys = prepared
    with database.writing() as session:
        for number, (sent, flagged) in enumerate(people):
            account = mailboxes.Account(
                f"rep{number}@{demo}.example", f"{demo}.example", 993, "implicit", f"{number}", "x"
            )
            outbox = open_outbox(session, keys, connect_mailbox(session, keys, account, demo=demo))
            for mail in range(sent):
                outbox.send("Angebot", [ANNA], INSIDE, flagged=mail < flagged)
            outbox.send("Angebot", [ANNA], INSIDE - timedelta(days=7), flagged=True)
            outbox.send("Privat", [ANNA], INSIDE, flagged=False, score=None)


def share(prepared: tuple[Database, Keys]) -> int | None:
    with prepared[0].reading() as session:
        return templated_share(session, last_whole_week(NOW))


def test_the_week_is_the_last_whole_one() -> None:
    assert last_whole_week(NOW) == WEEK


def test_it_is_rounded_to_five_percent(prepared: tuple[Database, Keys]) -> None:
    fill(prepared, [(3, 1)] * LEAST_PEOPLE)
    assert share(prepared) == 35


def test_of_nine_people_nothing_is_told(prepared: tuple[Database, Keys]) -> None:
    fill(prepared, [(3, 1)] * (LEAST_PEOPLE - 1))
    fill(prepared, [(3, 3)] * 5, demo=True)
    assert share(prepared) is None


def test_nothing_is_told_where_one_sent_half_of_it(prepared: tuple[Database, Keys]) -> None:
    fill(prepared, [(1, 0)] * LEAST_PEOPLE + [(10, 10)])
    assert share(prepared) is None
