"""Which sends are first mails."""

from app.store.schema import Send
from tests.replies.post_room import PostRoom
from tests.web.seed import ANNA, BORIS


def opens(room: PostRoom) -> list[bool | None]:
    room.look()
    return [send.opens for send in room.rows()]


def test_the_first_mail_to_a_person_opens_and_the_second_does_not(room: PostRoom) -> None:
    room.send("Angebot", [ANNA], days=3)
    room.send("Noch einmal", [ANNA], days=2)
    assert opens(room) == [True, False]


def test_an_answer_opens_nothing(room: PostRoom) -> None:
    room.send("AW: Ihre Anfrage", [ANNA])
    assert opens(room) == [False]


def test_a_mail_that_one_of_several_people_knows_already_opens_nothing(room: PostRoom) -> None:
    room.send("Angebot", [ANNA], days=3)
    room.send("Einladung", [BORIS, ANNA], days=2)
    assert opens(room) == [True, False]


def test_excluded_mail_is_no_first_mail(room: PostRoom) -> None:
    room.send("Betriebsrat", [ANNA], score=None, flagged=False)
    assert opens(room) == [False]


def test_a_damaged_row_keeps_no_other_from_being_decided(room: PostRoom) -> None:
    room.send("Angebot", [ANNA], days=3)
    with room.database.writing() as session:
        session.query(Send).update({"envelope": b"damaged"})
    room.send("Einladung", [BORIS], days=2)
    room.receive("Re: Angebot", ANNA)
    room.receive("Re: Einladung", BORIS)
    assert opens(room) == [False, True]
    assert room.answered() == [None, 1.0]


def test_more_sends_than_are_looked_into_at_once_are_all_decided(room: PostRoom) -> None:
    for number in range(203):
        room.send("Angebot", [("", f"p{number}@firma.example")], days=80 - number / 10)
    assert opens(room) == [True] * 203
