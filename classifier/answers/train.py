"""Trains the reader of answers: `python -m classifier.answers.train`. The same corpus always gives the same file."""

import json
import platform
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from classifier.answers.grams import BUCKETS, count_grams, hash_word, normalise
from classifier.answers.reader import FOLDER, KINDS, AnswerReader
from classifier.dataset import checksum

MEASURED = "read by readers trained on the other writers"
CORPUS = Path(__file__).parent / "corpus"
_LEAST_ROWS = 3  # a word of fewer answers may be anybody's name
_TITLES = frozenset({"herr", "herrn", "frau", "mr", "mrs", "ms", "dr"})
_STRENGTH = 20.0  # inverse of the regularisation


@dataclass(frozen=True, slots=True)
class Row:
    """An answer and its kind; `writer` is the file it stands in, each by another hand."""

    writer: str
    language: str
    kind: str
    text: str
    person: str | None


def read_corpus(folder: Path = CORPUS) -> list[Row]:
    """Return all answers, file by file."""
    return [
        Row(path.stem, entry["language"], entry["kind"], entry["text"], entry.get("person"))
        for path in sorted(folder.glob("*.jsonl"))
        for entry in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]


def train(rows: Sequence[Row]) -> AnswerReader:
    """Fit the reader to answers: multinomial logistic regression over scaled counts of length one."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

    grams = [count_grams(row.text) for row in rows]
    starts = np.cumsum([0, *(len(buckets) for buckets, _ in grams)])
    buckets, counts = (np.concatenate(parts) for parts in zip(*grams, strict=True))
    table = sparse.csr_matrix((counts, buckets, starts), shape=(len(rows), BUCKETS))
    seen = np.bincount(buckets, minlength=BUCKETS)
    # Numbers are fitted as they will be read, rounded.
    scales = (np.log((1.0 + len(rows)) / (1.0 + seen)) + 1.0).astype(np.float16).astype(np.float64)
    scaled = table @ sparse.diags(scales)
    lengths = np.sqrt(np.asarray(scaled.multiply(scaled).sum(axis=1)).ravel())
    model = LogisticRegression(C=_STRENGTH, max_iter=2000)
    # Sums differ in the last bits with the number of threads; the model file must not.
    with threadpool_limits(limits=1):
        model.fit((sparse.diags(1.0 / np.maximum(lengths, 1e-12)) @ scaled).tocsr(), [row.kind for row in rows])
    if tuple(model.classes_) != KINDS:
        raise ValueError(f"the corpus needs answers of all kinds: {', '.join(KINDS)}")
    return AnswerReader(
        scales.astype(np.float32),
        np.round(model.coef_, 3).astype(np.float32),
        np.round(model.intercept_, 5).astype(np.float32),
        _everyday_words(rows),
    )


def _everyday_words(rows: Sequence[Row]) -> frozenset[int]:
    """Return the hashes of the words that several answers hold, and that never named a person."""
    named = {word for row in rows if row.person for word in normalise(row.person).split()} - _TITLES
    counts = Counter(word for row in rows for word in set(normalise(row.text).split()))
    return frozenset(hash_word(word) for word, count in counts.items() if count >= _LEAST_ROWS and word not in named)


def read_by_others(rows: Sequence[Row]) -> list[dict[str, float]]:
    """Return for each row what a reader makes of it that was trained on the rows of all other writers."""
    readings: dict[int, dict[str, float]] = {}
    for writer in sorted({row.writer for row in rows}):
        reader = train([row for row in rows if row.writer != writer])
        readings.update({place: reader.read(row.text) for place, row in enumerate(rows) if row.writer == writer})
    return [readings[place] for place in range(len(rows))]


def measure(rows: Sequence[Row]) -> dict[str, Any]:
    """Return how many rows are read right by readers that know nothing of their writer, by writer and by kind."""
    likeliest = [max(reading, key=lambda kind: reading[kind]) for reading in read_by_others(rows)]
    right = [row.kind == kind for row, kind in zip(rows, likeliest, strict=True)]
    shares = {
        name: round(float(np.mean([one for row, one in zip(rows, right, strict=True) if name in _names(row)])), 4)
        for name in sorted({name for row in rows for name in _names(row)})
    }
    wrong_stops = sum(kind == "stop" != row.kind for row, kind in zip(rows, likeliest, strict=True))
    return {"right": shares, "wrong stop": wrong_stops}


def _names(row: Row) -> tuple[str, ...]:
    return ("all", row.language, row.kind, f"writer {row.writer}")


def main() -> None:
    """Train on the corpus, and write model and card."""
    rows = read_corpus()
    card = {
        "what": "The kind of a rep's answer to a nudge, German or English.",
        "rows": dict(sorted(Counter(f"{row.language} {row.kind}" for row in rows).items())),
        "corpus sha256": checksum(CORPUS, ".jsonl"),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scipy", "scikit-learn")},
        },
        MEASURED: measure(rows),
    }
    path = train(rows).save(card, FOLDER)
    sys.stdout.write(f"Wrote {path.name}, {path.stat().st_size} bytes.\n{json.dumps(card[MEASURED], indent=2)}\n")


if __name__ == "__main__":
    main()
