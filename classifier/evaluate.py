"""Measures the classifier on mail it was not trained on: `python -m classifier.evaluate`. Real and synthetic apart.

The corpus is halved by file: other writers, other industries. Real mail is halved by outbox, sender and series.
"""

import argparse
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from classifier.dataset import Row, read_corpus, read_real
from classifier.judge import Judge
from classifier.model import load_card
from classifier.outbox import OutboxMemory
from classifier.phrases import LANGUAGES
from classifier.report import write_report
from classifier.simulate import Simulated, simulate_outbox
from classifier.train import DEFAULT_DATA, train
from classifier.values import Judgement, Sample

DOCUMENT = Path(__file__).parents[1] / "docs" / "classifier.md"
SEED = 20250101
_OUTBOXES = 6  # simulated ones for each language and half
_PERSONAL, _BACKGROUND = 60, 120  # mails of one simulated outbox
_HALVES = (0, 1)


@dataclass(slots=True)
class Tally:
    """How many of some mails were flagged."""

    flagged: int = 0
    total: int = 0

    def add(self, flagged: bool) -> None:
        self.flagged += flagged
        self.total += 1

    @property
    def share(self) -> float:
        return self.flagged / self.total if self.total else 0.0


@dataclass(slots=True)
class Measured:
    """All counts, by language and what was measured; `pairs` counts right, found and true pairs of one family."""

    tallies: defaultdict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    pairs: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))

    def family_f1(self, language: str) -> float:
        """Return the pairwise F1 of template families."""
        right, found, true = self.pairs[language]
        return 2 * right / (found + true) if found + true else 0.0


def evaluate(corpus: Sequence[Row], real: Sequence[Row]) -> Measured:
    """Train on one half and measure on the other, both ways."""
    measured = Measured()
    for half in _HALVES:
        models, _ = train([row for row in [*corpus, *real] if _half_of(row) != half])
        judge = Judge(models)
        held = [row for row in [*corpus, *real] if _half_of(row) == half]
        for language in LANGUAGES:
            rows = [row for row in held if row.language == language]
            _judge_single(judge, rows, measured)
            _replay_real(judge, rows, measured)
            random = Random(f"{SEED} {half} {language}")  # noqa: S311 - a repeatable simulation, not a secret
            _replay_simulated(judge, language, rows, random, measured)
    return measured


def _half_of(row: Row) -> int:
    if row.synthetic:
        return int(row.source.endswith("b"))
    return zlib.crc32(row.group.encode()) % 2


def _judge_single(judge: Judge, rows: Iterable[Row], measured: Measured) -> None:
    for row in rows:
        if not row.bulk:
            flagged = judge.judge(row.id, _without_headers(row.sample), None).flagged
            world = "written personal mail" if row.synthetic else "real personal mail"
            measured.tallies[row.language, f"{world}, each alone"].add(flagged)


def _without_headers(sample: Sample) -> Sample:
    """Leave text only, so that no recipient list decides what style should."""
    return Sample(sample.subject, sample.body)


def _replay_real(judge: Judge, rows: Sequence[Row], measured: Measured) -> None:
    outboxes = defaultdict(list)
    for row in rows:
        if not row.bulk and row.source in {"en_enron_outboxes", "de_codealltag_s"}:
            outboxes[row.group].append(row)
    for name, mails in outboxes.items():
        memory = OutboxMemory(name.encode()[:64])
        for row in sorted(mails, key=lambda row: row.sample.sent_at or datetime.min.replace(tzinfo=UTC)):
            flagged = judge.judge(row.id, row.sample, memory).flagged
            measured.tallies[row.language, "real outboxes, replayed"].add(flagged)


def _replay_simulated(judge: Judge, language: str, rows: Sequence[Row], random: Random, measured: Measured) -> None:
    templates = [row for row in rows if row.synthetic and row.bulk]
    personal = [row for row in rows if row.synthetic and not row.bulk]
    real = [row for row in rows if not row.synthetic and not row.bulk and row.source != "en_templates_permissive"]
    for number in range(_OUTBOXES):
        chosen = random.sample(personal, min(_PERSONAL, len(personal)))
        background = random.sample(real, min(_BACKGROUND, len(real)))
        outbox = simulate_outbox(random, language, templates, chosen, background)
        memory = OutboxMemory(f"simulated {number}".encode())
        judgements = [judge.judge(str(place), mail.sample, memory) for place, mail in enumerate(outbox)]
        _tally_simulated(language, outbox, judgements, measured)


def _tally_simulated(
    language: str, outbox: Sequence[Simulated], judgements: Sequence[Judgement], measured: Measured
) -> None:
    found: dict[int, int | None] = {}
    for place, (mail, judgement) in enumerate(zip(outbox, judgements, strict=True)):
        found[place] = judgement.template
        found.update({int(send_id): template for send_id, template in judgement.regrouped.items()})
        if mail.copy == 0 or mail.mode == "routine":
            measured.tallies[language, f"{mail.mode} mail in simulated outboxes"].add(judgement.flagged)
        elif mail.copy >= 3:
            measured.tallies[language, f"campaign, {mail.mode}, third copy on"].add(judgement.flagged)
            measured.tallies[language, f"recognised as template, {mail.mode}"].add(judgement.template is not None)
    _count_pairs(
        measured.pairs[language], [mail.family for mail in outbox], [found[place] for place in range(len(outbox))]
    )


def _count_pairs(counts: list[int], families: Sequence[str | None], templates: Sequence[int | None]) -> None:
    def pairs(labels: Iterable[object]) -> int:
        sizes: defaultdict[object, int] = defaultdict(int)
        for label in labels:
            sizes[label] += 1
        return sum(size * (size - 1) // 2 for size in sizes.values())

    both = [(family, template) for family, template in zip(families, templates, strict=True)]
    counts[0] += pairs(pair for pair in both if None not in pair)
    counts[1] += pairs(template for _, template in both if template is not None)
    counts[2] += pairs(family for family, _ in both if family is not None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m classifier.evaluate", description="Measure the classifier.")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with real mail")
    parser.add_argument("--out", type=Path, default=DOCUMENT, help="document whose tables are renewed")
    options = parser.parse_args(arguments)
    measured = evaluate(read_corpus(), read_real(options.data))
    sys.stdout.write(write_report(options.out, load_card(), measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
