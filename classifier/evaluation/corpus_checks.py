"""Checks the written corpus: mails that are too much alike, and what the looks of a mail alone give away."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from classifier.dataset import Row
from classifier.evaluation.measures import Numbers, as_numbers
from classifier.fitting import assign_folds
from classifier.slots import SLOT

_RUN = 4  # words in a row
_ALIKE = 0.25  # shared runs of the shorter mail at which two mails are too much alike
_LEAST_SHARED = 4  # runs; fewer are a common turn of phrase
_TOPIC_WORDS = 300
_LINK = re.compile(r"https?://|www\.|\.example\b")
_ANSWER = re.compile(r"\s*(?:re|aw|wg|fwd?|fw)\s*:", re.IGNORECASE)
_GREETING_WORDS = 4

CUES = ("length", "greeting", "links", "subject", "punctuation", "digits", "topic words")


def find_near_duplicates(rows: Sequence[Row]) -> list[tuple[str, str, float]]:
    """Return pairs of mails that share too much of their own text, with the share of the shorter one, worst first.

    The two of a contrastive pair, which follow each other, may be alike: there the difference is the point.
    """
    runs = [_runs(row.words) for row in rows]
    holders = defaultdict(list)
    for number, own in enumerate(runs):
        for run in own:
            holders[run].append(number)
    shared = Counter(pair for numbers in holders.values() if len(numbers) > 1 for pair in combinations(numbers, 2))
    shares = [
        (rows[one].id, rows[other].id, count / min(len(runs[one]), len(runs[other])))
        for (one, other), count in shared.items()
        if count >= _LEAST_SHARED and not (other == one + 1 and rows[one].bulk and not rows[other].bulk)
    ]
    return sorted((pair for pair in shares if pair[2] >= _ALIKE), key=lambda pair: -pair[2])


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    found = {tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)}
    return {run for run in found if run.count(SLOT) < 2}


def score_by_cues(rows: Sequence[Row], cue: str | None = None) -> Numbers:
    """Return how bulk-like each mail looks by one of `CUES`, or by all of them; each fold by a model of the others."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    topics = _topic_words(rows)
    looks = [_look(row, topics) for row in rows]
    names = [cue] if cue else list(CUES)
    inputs = np.array([[value for name in names for value in look[name]] for look in looks], dtype=np.float64)
    bulk, folds = np.array([row.bulk for row in rows]), assign_folds(rows)
    scores = np.zeros(len(rows))
    for fold in range(folds.max() + 1):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
        model.fit(inputs[folds != fold], bulk[folds != fold])
        scores[folds == fold] = model.decision_function(inputs[folds == fold])
    return as_numbers(scores)


def _look(row: Row, topics: Sequence[str]) -> dict[str, list[float]]:
    body, subject = row.sample.body, row.sample.subject
    words = set(row.words)
    first = body.strip().split("\n", 1)[0]
    return {
        "length": [float(len(row.words)), float(len(body)), float(body.count("\n\n"))],
        "greeting": [float(len(first.split())), *(float(first.casefold().startswith(word)) for word in _GREETINGS)],
        "links": [float(len(_LINK.findall(body)))],
        "subject": [
            float(value) for value in (_ANSWER.match(subject) is not None, len(subject.split()), subject[:1].islower())
        ],
        "punctuation": [float(body.count(sign)) for sign in "?!:;–(),"],
        "digits": [float(sum(sign.isdigit() for sign in body)), float(row.words.count(SLOT))],
        "topic words": [float(word in words) for word in topics],
    }


_GREETINGS = ("sehr geehrte", "guten tag", "hallo", "liebe", "hi", "dear", "hello", "good morning", "moin", "servus")


def _topic_words(rows: Sequence[Row]) -> list[str]:
    """Return the words that stand out in some industry: what a mail is about, not what it does."""
    industries = defaultdict(list)
    for row in rows:
        industries[row.group].append(set(row.words))
    everywhere = Counter(word for row in rows for word in set(row.words))
    peaks: Counter[str] = Counter()
    for mails in industries.values():
        own = Counter(word for words in mails for word in words)
        for word, count in own.items():
            peak = (count / len(mails)) / ((everywhere[word] + 5) / len(rows))
            if count >= 3 and word is not SLOT:
                peaks[word] = max(peaks[word], round(1000 * peak))
    return [word for word, _ in peaks.most_common(_TOPIC_WORDS)]
