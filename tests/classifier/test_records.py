"""The line format of the command, and the command itself."""

import json
import subprocess
import sys
from typing import Any

import pytest

from classifier import Judge
from classifier.records import judge_lines, to_sample
from tests.classifier.mails import PEOPLE, TEMPLATE_DE, mail

FIELDS = {"id", "score", "flagged", "style", "language", "likeness", "siblings", "template", "reasons"}


def record(person: int = 0, **fields: Any) -> dict[str, Any]:
    first, last, domain = PEOPLE[person]
    sample = mail(TEMPLATE_DE, person)
    return {
        "id": f"m{person}",
        "outbox": "jonas",
        "sent_at": f"2025-03-0{person + 1}T09:00:00+01:00",
        "from": "Jonas Keller <jonas@keller-maschinen.example>",
        "to": [f"{first} {last} <{first}@{domain}.example>"],
        "subject": sample.subject,
        "body": sample.body,
    } | fields


def judged(judge: Judge, *lines: object) -> list[dict[str, Any]]:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return [json.loads(line) for line in judge_lines(judge, raw)]


def test_a_record_gives_the_fields_of_the_contract(judge: Judge) -> None:
    (answer,) = judged(judge, record())
    assert set(answer) == FIELDS
    assert answer["reasons"][0]["code"] == "style"


def test_records_of_one_outbox_build_its_memory(judge: Judge) -> None:
    third = judged(judge, record(0), record(1), record(2))[-1]
    assert (third["siblings"], third["flagged"]) == (["m1", "m0"], True)
    assert third["template"] is not None


def test_records_of_other_outboxes_or_none_are_no_siblings(judge: Judge) -> None:
    answers = judged(judge, record(0), record(1, outbox="priya"), record(2, outbox=None), record(3))
    assert [answer["siblings"] for answer in answers] == [[], [], [], []]


def test_missing_fields_are_fine(judge: Judge) -> None:
    (answer,) = judged(judge, {"id": "a", "subject": "Hallo", "body": "Kommst du morgen zum Essen mit?"})
    assert answer["flagged"] is False


def test_without_times_the_order_counts(judge: Judge) -> None:
    answers = judged(judge, *(record(person, sent_at=None) for person in range(3)))
    assert answers[-1]["siblings"] == ["m1", "m0"]


BAD = [
    b"{",
    b"[1]",
    b'"text"',
    b"\xff\xfe\xfa",
    b'{"body": 5}',
    b'{"to": [1]}',
    b'{"headers": [1]}',
    b'{"sent_at": "soon"}',
]


@pytest.mark.parametrize("line", [*BAD, b"[" * 100_000, b'{"id": ' + b"9" * 5000 + b"}"])
def test_a_bad_line_gets_an_error_with_its_number_and_the_rest_goes_on(judge: Judge, line: bytes) -> None:
    answers = judged(judge, record(0), line, record(1))
    assert set(answers[1]) == {"line", "error"}
    assert answers[1]["line"] == 2
    assert set(answers[2]) == FIELDS


def test_blank_lines_are_passed_over_and_counted(judge: Judge) -> None:
    assert judged(judge, b"\n", b"  ", b"{")[0]["line"] == 3


def test_style_is_null_where_the_language_abstains(judge: Judge) -> None:
    (answer,) = judged(judge, {"id": 1, "body": "ok"})
    assert (answer["id"], answer["style"], answer["language"]) == (1, None, "und")


def test_a_reply_and_hidden_recipients_are_read_from_the_record() -> None:
    sample = to_sample({"to": "a@x.example, Ben <b@x.example>", "bcc": ["c@x.example"], "in_reply_to": "<1@x.example>"})
    assert sample.recipients == ("a@x.example", "b@x.example", "c@x.example")
    assert (sample.hidden_recipients, sample.is_reply, sample.recipient_names) == (1, True, ("Ben",))


def test_header_names_are_read_without_regard_to_case(judge: Judge) -> None:
    (answer,) = judged(judge, record(headers={"Auto-Submitted": "auto-replied"}))
    assert [reason["code"] for reason in answer["reasons"]] == ["automatic"]


def test_a_time_without_zone_is_utc() -> None:
    time = to_sample({"sent_at": "2025-03-03T09:00:00"}).sent_at
    assert time is not None
    assert time.isoformat() == "2025-03-03T09:00:00+00:00"


def test_the_command_streams_line_by_line() -> None:
    command = [sys.executable, "-m", "classifier", "judge"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for person in range(2):
            process.stdin.write(json.dumps(record(person)).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == f"m{person}"
        process.stdin.close()
        assert process.wait() == 0


def test_importing_the_classifier_loads_neither_the_training_library_nor_the_model() -> None:
    code = "import classifier, sys; print(sorted({'sklearn', 'scipy', 'py3langid'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"
