"""Which sends count as answered, read from headers in a real mailbox."""

import pytest

from tests.replies.post_room import PostRoom
from tests.web.seed import ANNA, BORIS, CARLA, Person

JONAS: Person = ("Jonas Keller", "jonas@keller-maschinen.example")
ROBOT: Person = ("Mail Delivery", "MAILER-DAEMON@weber-guss.example")


def test_an_answer_is_found_by_in_reply_to(room: PostRoom) -> None:
    sent = room.send()
    room.receive("Ihr Anruf", in_reply_to=sent)
    assert room.look() == [2.0]


def test_an_answer_is_found_by_references(room: PostRoom) -> None:
    sent = room.send()
    room.receive(
        "Ihr Anruf",
        in_reply_to="<lost@weber-guss.example>",
        headers={"References": f"{sent} <lost@weber-guss.example>"},
    )
    assert room.look() == [2.0]


def test_without_ids_person_and_subject_tell(room: PostRoom) -> None:
    room.send(to=[ANNA])
    room.send(to=[BORIS])
    room.receive("AW: Re: Angebot Frästeile", BORIS)
    assert room.look() == [None, 2.0]


@pytest.mark.parametrize("subject", ["Angebot Frästeile", "Re: Etwas anderes", "Re:"])
def test_a_mail_that_only_comes_from_the_same_person_is_no_answer(room: PostRoom, subject: str) -> None:
    room.send()
    room.receive(subject)
    assert room.look() == [None]


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied (vacation)"},
        {"X-Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Return-Path": "<>"},
        {"Content-Type": "multipart/report; report-type=delivery-status; boundary=b"},
        {"List-Id": "<news.weber-guss.example>"},
    ],
)
def test_what_a_machine_sent_is_no_answer(room: PostRoom, headers: dict[str, str]) -> None:
    sent = room.send()
    room.receive(in_reply_to=sent, headers=headers)
    assert room.look() == [None]


@pytest.mark.parametrize("sender", [ROBOT, JONAS])
def test_bounces_and_own_mail_are_no_answers(room: PostRoom, sender: Person) -> None:
    sent = room.send()
    room.receive(sender=sender, in_reply_to=sent)
    assert room.look() == [None]


def test_an_out_of_office_note_without_any_mark_is_no_answer(room: PostRoom) -> None:
    sent = room.send()
    room.receive("Automatische Antwort: Angebot Frästeile", in_reply_to=sent)
    assert room.look() == [None]


@pytest.mark.parametrize("line", [ANNA[1], "weber-guss.example"])
def test_excluded_people_are_not_looked_up(room: PostRoom, line: str) -> None:
    sent = room.send()
    room.exclude(line)
    room.receive(in_reply_to=sent)
    assert room.look() == [None]


def test_the_first_answer_counts(room: PostRoom) -> None:
    sent = room.send()
    room.receive(in_reply_to=sent, days=1)
    room.receive(in_reply_to=sent, days=2)
    assert room.look() == [1.0]


def test_an_answer_to_a_later_mail_of_the_thread_answers_the_first_one_too(room: PostRoom) -> None:
    first, second = room.send(days=3), room.send("Re: Angebot Frästeile", days=2)
    room.receive(in_reply_to=second, headers={"References": f"{first} {second}"})
    assert room.look() == [2.0, 1.0]


def test_of_mails_with_one_id_the_one_to_who_answers_counts(room: PostRoom) -> None:
    sent = room.send(to=[ANNA])
    room.uid -= 1
    room.send(to=[CARLA])
    room.receive("Ihr Anruf", CARLA, in_reply_to=sent)
    assert room.look() == [None, 2.0]


def test_mail_from_before_the_send_does_not_answer_it(room: PostRoom) -> None:
    room.send(days=1)
    room.receive(days=2)
    assert room.look() == [None]


def test_no_flag_changes_and_nothing_of_the_answer_is_stored(room: PostRoom) -> None:
    sent = room.send()
    room.receive("Streng geheimes Angebot", CARLA, in_reply_to=sent)
    room.look()
    assert [mail.flags for mail in room.dovecot.messages(room.user)] == [frozenset()]
    with room.database.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert "geheim" not in dump
    assert CARLA[1] not in dump
