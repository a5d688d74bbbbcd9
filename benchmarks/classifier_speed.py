"""Measures the classifier on one core: mails per second, one judgement in a full outbox, memory, sizes, import time.

`python benchmarks/classifier_speed.py [--mails N] [--json]`; seeded, synthetic mail only, nothing is downloaded.
"""

import argparse
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np

from classifier import Judge, OutboxMemory, Sample
from classifier.cast import draw_contact
from classifier.dataset import read_corpus
from classifier.model import FOLDER, MODEL_NAME

KEY = b"benchmark"
START = datetime(2025, 1, 1, tzinfo=UTC)
TIMED = 1500  # judgements that are timed one by one


def make_mails(count: int) -> list[Sample]:
    """Return mails of an outbox: half personal ones, each once, half of them copies of templates."""
    random = Random(7)
    rows = [row for row in read_corpus() if row.words]
    personal = [row for row in rows if not row.bulk]
    templates = random.sample([row for row in rows if row.bulk], 40)
    mails = []
    for number in range(count):
        row = random.choice(templates) if number % 2 else random.choice(personal)
        contact = draw_contact(random, row.language)
        # Words of other mails make every personal mail another one, so that the index holds what a real one would.
        extra = (
            ""
            if number % 2
            else "\n" + " ".join(random.sample(sorted({*row.words, *random.choice(personal).words}), 12))
        )
        mails.append(
            replace(
                row.sample,
                body=row.sample.body + extra,
                recipients=(f"{number}{contact.address}",),
                recipient_names=(contact.name,),
                sent_at=START + timedelta(minutes=10 * number),
            )
        )
    return mails


def measure(mails: Sequence[Sample], remembered: int) -> dict[str, float]:
    """Return all numbers; times in milliseconds, sizes in bytes."""
    judge = Judge.load()
    for sample in mails[:50]:
        judge.judge("warm", sample, None)
    alone = _time(lambda: [judge.judge("x", sample, None) for sample in mails])
    memory = OutboxMemory(KEY)
    tracemalloc.start()
    for number, sample in enumerate(mails[:remembered]):
        judge.judge(str(number), sample, memory)
    per_send = tracemalloc.get_traced_memory()[0] / len(memory)
    tracemalloc.stop()
    stored = [
        judge.judge(str(number), sample, OutboxMemory(KEY)).remembered for number, sample in enumerate(mails[:500])
    ]
    timed = mails[remembered : remembered + TIMED]
    spans = np.array([_time_one(judge, sample, memory, number) for number, sample in enumerate(timed)])
    replayed = OutboxMemory(KEY)
    bulk = _time(
        lambda: [judge.judge(str(number), sample, replayed) for number, sample in enumerate(mails[:remembered])]
    )
    return {
        "mails per second, judged alone": len(mails) / alone,
        "mails per second, outbox replayed": remembered / bulk,
        "remembered sends": float(len(memory) - len(timed)),
        "p50 of one judgement, ms": float(np.quantile(spans, 0.50) * 1000),
        "p99 of one judgement, ms": float(np.quantile(spans, 0.99) * 1000),
        "memory per remembered send, bytes": per_send,
        "stored per send, mean bytes": float(np.mean([len(send.sketch) + 8 * len(send.recipients) for send in stored])),
        "stored per send, most bytes": float(max(len(send.sketch) for send in stored)),
        "model file, bytes": float((FOLDER / MODEL_NAME).stat().st_size),
        "import classifier, s": _import_time("import classifier"),
        "import and load the model, s": _import_time("import classifier; classifier.Judge.load()"),
    }


def _time(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _time_one(judge: Judge, sample: Sample, memory: OutboxMemory, number: int) -> float:
    return _time(lambda: judge.judge(f"timed {number}", sample, memory))


def _import_time(statement: str) -> float:
    """Return the best of three fresh interpreters, their own start aside."""
    code = f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    root = Path(__file__).parents[1]
    return min(
        float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=root).stdout)
        for _ in range(3)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=5000, help="remembered sends of the full outbox")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    numbers = measure(make_mails(options.mails + TIMED), options.mails)
    if options.json:
        print(json.dumps(numbers))
        return
    for name, value in numbers.items():
        print(f"{name:40} {value:12,.2f}")


if __name__ == "__main__":
    main()
