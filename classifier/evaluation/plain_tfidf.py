"""The plain method that everybody tries first: TF-IDF over words and pairs of words, logistic regression."""

from collections.abc import Sequence

from classifier.dataset import Row
from classifier.evaluation.measures import Numbers, as_numbers


def learn_and_score(learned: Sequence[Row], asked: Sequence[Row]) -> Numbers:
    """Return the log-odds of each row asked, by a model that learned the others; all rows weigh alike."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        LogisticRegression(C=20.0, class_weight="balanced", max_iter=1000),
    )
    model.fit([_text(row) for row in learned], [row.bulk for row in learned])
    return as_numbers(model.decision_function([_text(row) for row in asked]))


def _text(row: Row) -> str:
    return f"{row.sample.subject}\n{row.sample.body}"
