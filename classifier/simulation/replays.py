"""Judges outboxes in sending order and notes what came of each mail beside what was true."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from classifier.dataset import Row
from classifier.judge import Judge
from classifier.outbox import OutboxMemory
from classifier.simulation.campaigns import CAMPAIGN_MODES
from classifier.simulation.outboxes import Material, Simulated, simulate_outbox
from classifier.values import Judgement, Sample

ALONE_WRITTEN, ALONE_REAL, REAL_OUTBOX = "written personal, alone", "real personal, alone", "real outbox"

_OUTBOX_SOURCES = frozenset({"en_enron_outboxes", "de_codealltag_s"})
_NO_OUTBOX_SOURCES = frozenset({"en_templates_permissive"})
_WRITTEN_MAILS, _REAL_MAILS = 60, 120  # personal ones of one simulated outbox
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One judged mail: what it was (`mode`, `family`, `copy`), and what the judge said of it in the end.

    `outbox` names a simulated outbox; `template` is unique across outboxes, None where the mail was put into none.
    """

    language: str
    mode: str
    family: str | None
    copy: int
    judgement: Judgement
    template: tuple[str, int] | None
    sample: Sample
    outbox: str | None = None

    @property
    def bulk(self) -> bool:
        """Whether the mail was bulk sales mail in truth."""
        return self.mode in CAMPAIGN_MODES


def make_material(rows: Iterable[Row], language: str, half: int) -> Material:
    """Return what simulated outboxes can be made of among these rows."""
    chosen = [row for row in rows if row.language == language]
    return Material(
        language=language,
        half=half,
        templates=[row for row in chosen if row.synthetic and row.bulk],
        personal=[row for row in chosen if row.synthetic and not row.bulk],
        background=[
            row for row in chosen if not row.synthetic and not row.bulk and row.source not in _NO_OUTBOX_SOURCES
        ],
    )


def replay_simulated(judge: Judge, material: Material, seed: str, outboxes: int) -> Iterator[Outcome]:
    """Yield the outcome of every mail of so many simulated outboxes."""
    for number in range(outboxes):
        name = f"{seed} {material.language} {material.half} {number}"
        outbox = simulate_outbox(Random(name), material, _WRITTEN_MAILS, _REAL_MAILS)  # noqa: S311 - repeatable
        for outcome in replay(judge, name, material.language, outbox):
            yield dataclasses.replace(outcome, outbox=name)


def replay_real(judge: Judge, rows: Iterable[Row]) -> Iterator[Outcome]:
    """Yield the outcome of every mail of the real outboxes among these rows, each outbox replayed as it was sent."""
    outboxes = defaultdict(list)
    for row in rows:
        if not row.bulk and row.source in _OUTBOX_SOURCES:
            outboxes[row.group].append(row)
    for name, mails in outboxes.items():
        mails.sort(key=lambda row: row.sample.sent_at or _LONG_AGO)
        yield from replay(judge, name, mails[0].language, [Simulated(row.sample, REAL_OUTBOX) for row in mails])


def judge_alone(judge: Judge, rows: Iterable[Row]) -> Iterator[Outcome]:
    """Yield the outcome of each personal mail as if nothing else had been sent; its text only, no recipients."""
    for row in rows:
        if not row.bulk:
            sample = Sample(row.sample.subject, row.sample.body)
            mode = ALONE_WRITTEN if row.synthetic else ALONE_REAL
            yield Outcome(row.language, mode, None, 0, judge.judge(row.id, sample, None), None, sample)


def replay(judge: Judge, name: str, language: str, outbox: Sequence[Simulated]) -> Iterator[Outcome]:
    """Yield the outcome of every mail of one outbox, given in sending order."""
    memory = OutboxMemory(name.encode()[-64:])
    judgements = [judge.judge(str(place), mail.sample, memory) for place, mail in enumerate(outbox)]
    templates: dict[int, int | None] = {}
    for place, judgement in enumerate(judgements):
        templates[place] = judgement.template
        templates.update({int(send_id): template for send_id, template in judgement.regrouped.items()})
    for place, (mail, judgement) in enumerate(zip(outbox, judgements, strict=True)):
        template = templates[place]
        yield Outcome(
            language=language,
            mode=mail.mode,
            family=f"{name}/{mail.family}" if mail.family else None,
            copy=mail.copy,
            judgement=judgement,
            template=None if template is None else (name, template),
            sample=mail.sample,
        )
