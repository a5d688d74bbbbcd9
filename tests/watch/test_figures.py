"""What the watcher counts for an administrator's monitoring."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from app.config import ROOT
from app.metrics import Metrics
from app.store.states import MailboxState, NudgeState
from tests.flow.running import wait_until
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.texts.test_problems import known_codes
from tests.watch.conftest import QUICK, Post, Rep
from tests.watch.scripted_sent import JONAS, account_of, serve

Scripted = Callable[..., ScriptedImap]


CLOSED = (
    {state.value for state in (*MailboxState, *NudgeState)}
    | {"true", "false", "wanted", "watched", "waiting", "connected", "internal_error"}
    | known_codes()
)


def samples_of(metrics: Metrics) -> list[Sample]:
    text = metrics.render(dict.fromkeys(MailboxState, 1), dict.fromkeys(NudgeState, 1), 0.0).decode()
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def figure(post: Post, name: str, label: str = "") -> float:
    """The value of a figure, of that one of its samples that bears the label."""
    samples = (one for one in samples_of(post.intake.metrics) if one.name == name)
    return sum(one.value for one in samples if not label or label in one.labels.values())


def test_a_connection_a_batch_and_a_judgement_are_counted(rep: Rep) -> None:
    with rep.watching():
        wait_until(lambda: rep.mailbox().state is MailboxState.WATCHED)
        assert figure(rep, "zuruf_connections_total", "connected") == 1
        assert figure(rep, "zuruf_fetch_seconds_count") == 0
        rep.send(0)
        wait_until(lambda: figure(rep, "zuruf_judge_seconds_count") == 1)
        wait_until(lambda: figure(rep, "zuruf_fetch_seconds_count") == 1)
        assert figure(rep, "zuruf_sends_total") == 1
        assert figure(rep, "zuruf_lag_seconds_count") == 1


def test_progress_is_that_of_this_moment(rep: Rep) -> None:
    with rep.watching():
        wait_until(lambda: figure(rep, "zuruf_watching", "watched") == 1)
        assert figure(rep, "zuruf_watching", "wanted") == 1
        assert figure(rep, "zuruf_watching", "waiting") == 0


def test_a_lost_connection_is_counted_by_its_reason(rep: Rep) -> None:
    with rep.watching():
        wait_until(lambda: rep.mailbox().state is MailboxState.WATCHED)
        rep.dovecot.restart()
        wait_until(lambda: figure(rep, "zuruf_connections_total", "connected") == 2)
    assert figure(rep, "zuruf_connections_total", "connection_lost") >= 1


def test_a_batch_that_breaks_off_is_no_measure_of_fetching(tmp_path: Path, scripted_imap: Scripted) -> None:
    server = scripted_imap(lambda wire: serve(wire, found="1 2", on_fetch=wire.close))
    post = Post(tmp_path, account_of(server))
    with post.watching(replace(QUICK, first_retry=60, longest_retry=60)):
        wait_until(lambda: figure(post, "zuruf_connections_total", "connection_lost") == 1)
    post.database.close()
    assert figure(post, "zuruf_fetch_seconds_count") == 0


def refuse_in_person(wire: Wire) -> None:
    wire.send("* OK ready")
    wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN")
    wire.authenticate(f"NO [ALERT] {JONAS}, your password kein-geheimnis is wrong")


def part_in_person(wire: Wire) -> None:
    wire.send(f"* BYE {JONAS}, we are closed")


@pytest.mark.parametrize("script", [refuse_in_person, part_in_person])
def test_a_reason_is_one_of_ours_and_never_what_a_server_said(
    tmp_path: Path, scripted_imap: Scripted, script: Callable[[Wire], None]
) -> None:
    post = Post(tmp_path, account_of(scripted_imap(script)))
    with post.watching(replace(QUICK, first_retry=60, longest_retry=60)):
        wait_until(lambda: figure(post, "zuruf_connections_total") == 1)
    post.database.close()
    labels = {value for one in samples_of(post.intake.metrics) for name, value in one.labels.items() if name != "le"}
    assert labels <= CLOSED


def every_figure() -> dict[str, set[str]]:
    """Each figure with the names of its labels."""
    metrics = Metrics()
    metrics.connected()
    metrics.judged(1.0)
    metrics.follow(lambda: {"wanted": 1})
    figures: dict[str, set[str]] = {}
    for sample in samples_of(metrics):
        name = re.sub(r"_(bucket|count|sum)$", "", sample.name)
        figures.setdefault(name, set()).update(sample.labels.keys() - {"le"})
    return {name: labels for name, labels in figures.items() if not name.endswith("_created")}


def test_the_page_for_administrators_explains_every_figure_and_label() -> None:
    page = (ROOT / "docs" / "monitoring.md").read_text()
    rows = re.findall(r"^\| `(zuruf_\w+)` \| (?:`(\w+)`)? \|", page, re.MULTILINE)
    assert {name: {label} - {""} for name, label in rows} == every_figure()


def test_the_page_names_only_figures_that_exist() -> None:
    page = (ROOT / "docs" / "monitoring.md").read_text()
    named = {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"zuruf_[a-z_]+[a-z]", page)}
    assert named == every_figure().keys()
