"""Measures the classifier on one core: mails per second, one judgement in a full outbox, memory, sizes, import time.

`python -m benchmarks.classifier_speed [--mails N] [--json]`; seeded, synthetic mail only, nothing is downloaded.
Bogofilter and SpamAssassin judge the same mails in the same run where they are installed.
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
from email.message import EmailMessage
from pathlib import Path
from random import Random

import numpy as np

from app.intake.samples import sample_of
from app.mail.message import read_message
from benchmarks.classifier_peers import mails_per_second
from classifier import Judge, Judgement, OutboxMemory, Sample
from classifier.dataset import read_corpus
from classifier.model import FOLDER, MODEL_NAME
from classifier.simulation.cast import draw_contact

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
    # What a process keeps for all outboxes (hashes of words, the language model) is there before anything is measured.
    warm = OutboxMemory(KEY)
    for number, sample in enumerate(mails[:remembered]):
        judge.judge(str(number), sample, warm)
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
    raw = [to_mail(sample) for sample in mails[:remembered]]
    from_raw = OutboxMemory(KEY)
    whole = _time(lambda: [_judge_raw(judge, str(number), mail, from_raw) for number, mail in enumerate(raw)])
    rates = {
        "mails per second, judged alone": len(mails) / alone,
        "mails per second, outbox replayed": remembered / bulk,
        "mails per second, outbox replayed from MIME": remembered / whole,
    }
    for name, rate in mails_per_second(raw, *learned_by_peers()).items():
        rates[f"mails per second, {name}"] = rate
        rates[f"times as fast as {name}, from MIME"] = remembered / whole / rate
    return rates | {
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


def to_mail(sample: Sample) -> bytes:
    """Return a sample as a mail."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(sample.subject.split())
    mail["From"], mail["To"] = "rep@keller-maschinen.example", sample.recipients[0]
    mail["Date"] = sample.sent_at or START
    mail.set_content(sample.body, cte="8bit")
    return mail.as_bytes()


def learned_by_peers() -> tuple[list[bytes], list[bytes]]:
    """Return the corpus as mails: bulk, and all other."""
    rows = [row for row in read_corpus() if row.words]
    mails = {row.id: to_mail(replace(row.sample, recipients=("x@lang.example",))) for row in rows}
    return [mails[row.id] for row in rows if row.bulk], [mails[row.id] for row in rows if not row.bulk]


def _judge_raw(judge: Judge, send_id: str, mail: bytes, memory: OutboxMemory) -> Judgement:
    return judge.judge(send_id, sample_of(read_message(mail), None), memory)


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
        print(f"{name:50} {value:12,.2f}")


if __name__ == "__main__":
    main()
