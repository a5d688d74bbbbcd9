"""What the rest of the service relies on: copies are found, personal mail is left alone, nothing hostile breaks it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from classifier import Judge, Judgement, OutboxMemory, Sample

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = b"a key of thirty-two bytes, fixed"
OFFER = (
    "Guten Tag {name},\n\nviele Betriebe wie {company} verlieren jede Woche Stunden beim Umrüsten. Mit unserem "
    "neuen Schnellwechsler sparen Sie bis zu 30 Prozent Rüstzeit, ganz ohne Umbau. Über 200 Kunden setzen ihn bereits "
    "ein.\n\nHätten Sie nächste Woche 15 Minuten Zeit für eine kurze Online-Vorstellung? Buchen Sie Ihren "
    "Wunschtermin einfach über unseren Kalender.\n\nMit freundlichen Grüßen\nJonas Keller"
)
INVOICE = (
    "Guten Tag {name},\n\nanbei erhalten Sie wie vereinbart die Rechnung zu Ihrer letzten Bestellung als PDF. Bei "
    "Fragen zur Rechnung wenden Sie sich bitte an unsere Buchhaltung.\n\nMit freundlichen Grüßen\nJonas Keller"
)
PEOPLE = (
    ("Anna Weber", "Weber Guss"),
    ("Boris Lang", "Lang Antriebe"),
    ("Carla Stein", "Stein AG"),
    ("Eva Roth", "Roth"),
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


def copies(text: str, people: Sequence[tuple[str, str]] = PEOPLE) -> list[Sample]:
    return [
        Sample(
            subject="Angebot",
            body=text.format(name=name, company=company),
            sender="jonas@keller.example",
            recipients=(f"{name.split()[1].casefold()}@{company.split()[0].casefold()}.example",),
            recipient_names=(name,),
            sent_at=START + timedelta(minutes=number),
        )
        for number, (name, company) in enumerate(people)
    ]


def judge_all(judge: Judge, samples: Sequence[Sample], memory: OutboxMemory | None = None) -> list[Judgement]:
    memory = memory or OutboxMemory(KEY)
    return [judge.judge(str(number), sample, memory) for number, sample in enumerate(samples)]


def test_the_third_copy_makes_a_template_of_all_three(judge: Judge) -> None:
    first, second, third, fourth = judge_all(judge, copies(OFFER))
    assert (first.template, second.template) == (None, None)
    assert third.template is not None
    assert dict(third.regrouped) == {"0": third.template, "1": third.template}
    assert third.flagged
    assert fourth.template == third.template
    assert fourth.siblings == ("2", "1", "0")


def test_copies_to_one_person_are_no_template(judge: Judge) -> None:
    judgements = judge_all(judge, copies(OFFER, [PEOPLE[0]] * 5))
    assert {one.template for one in judgements} == {None}


def test_a_routine_note_to_many_is_not_flagged(judge: Judge) -> None:
    assert not any(one.flagged for one in judge_all(judge, copies(INVOICE)))


def test_two_templates_in_turn_stay_apart(judge: Judge) -> None:
    memory, offers, notes = OutboxMemory(KEY), copies(OFFER), copies(INVOICE)
    turns = [sample for pair in zip(offers, notes, strict=True) for sample in pair]
    judgements = judge_all(judge, turns, memory)
    assert judgements[6].template != judgements[7].template
    assert judgements[6].template is not None


def test_a_memory_rebuilt_from_what_is_stored_judges_the_same(judge: Judge) -> None:
    samples = copies(OFFER)
    one = judge_all(judge, samples)
    stored = OutboxMemory(KEY, [judgement.remembered for judgement in one[:3]])
    again = judge.judge("3", samples[3], stored)
    assert (again.score, again.flagged, len(again.siblings)) == (one[3].score, one[3].flagged, 3)


def test_what_is_remembered_holds_no_word_of_the_mail(judge: Judge) -> None:
    remembered = judge_all(judge, copies(OFFER))[0].remembered
    assert len(remembered.sketch) <= 2048
    for word in ("Schnellwechsler", "Weber", "weber@weber.example"):
        assert word.encode() not in remembered.sketch + b"".join(remembered.recipients)


def test_another_key_makes_other_hashes(judge: Judge) -> None:
    [sample] = copies(OFFER)[:1]
    one = judge.judge("0", sample, OutboxMemory(KEY)).remembered
    other = judge.judge("0", sample, OutboxMemory(KEY[::-1])).remembered
    assert one.sketch != other.sketch
    assert one.recipients != other.recipients


def test_the_reasons_add_up_to_the_flag(judge: Judge) -> None:
    """Without the copies the same mail scores lower by what the reason claims."""
    alone = judge.judge("x", copies(OFFER)[3], None)
    among = judge_all(judge, copies(OFFER))[3]
    same_text = [reason for reason in among.reasons if reason.code == "same_text"]
    assert len(same_text) == 1
    assert same_text[0].weight > 0
    assert among.score >= alone.score
    assert [abs(reason.weight) for reason in among.reasons] == sorted(
        (abs(reason.weight) for reason in among.reasons), reverse=True
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "\u200b" * 1000,
        "a" * 1_000_000,
        "Angebot " * 130_000,
        "> " * 100_000,
        "😀 مرحبا " * 1000,
        "{{" * 50_000,
    ],
)
def test_nothing_hostile_breaks_it(judge: Judge, body: str) -> None:
    judgement = judge.judge("x", Sample(subject=body[:2000], body=body, html=f"<p>{body}"), OutboxMemory(KEY))
    assert 0.0 <= judgement.score <= 1.0


def test_five_thousand_recipients_are_counted(judge: Judge) -> None:
    sample = Sample("Angebot", OFFER, recipients=tuple(f"p{n}@firma{n}.example" for n in range(5000)))
    codes = {reason.code for reason in judge.judge("x", sample, OutboxMemory(KEY)).reasons}
    assert "many_recipients" in codes


def test_a_language_that_it_does_not_know_has_no_style(judge: Judge) -> None:
    french = "Bonjour Madame, nous avons le plaisir de vous présenter notre nouvelle gamme de machines d'emballage."
    judgement = judge.judge("x", Sample("Offre", french), None)
    assert (judgement.language, judgement.style) == ("fr", None)


def run_judge(text: str) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "classifier", "judge"], input=text, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_command_answers_every_line_and_survives_bad_ones() -> None:
    records = [
        {"id": str(number), "outbox": "o", "to": list(sample.recipients), "subject": "Angebot", "body": sample.body,
         "sent_at": (START + timedelta(minutes=number)).isoformat()}
        for number, sample in enumerate(copies(OFFER))
    ]  # fmt: skip
    lines = [json.dumps(record) for record in records]
    answers = run_judge(
        "\n".join([*lines[:2], "kaputt", "[]", *lines[2:], '{"id": "lone", "subject": "x", "body": ""}'])
    )
    assert [answer.get("id") for answer in answers] == ["0", "1", None, None, "2", "3", "lone"]
    assert [answers[2]["line"], answers[3]["line"]] == [3, 4]
    assert answers[5]["siblings"] == ["2", "1", "0"]
    keys = {"id", "score", "flagged", "style", "language", "likeness", "siblings", "template", "reasons"}
    assert set(answers[5]) == keys
