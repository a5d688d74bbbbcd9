"""Templates found by likeness alone, beside MinHash LSH at the threshold that suits it best."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from classifier.evaluation import minhash
from classifier.evaluation.measures import pairwise
from classifier.evaluation.report import Line, Table
from classifier.phrases import LANGUAGES
from classifier.simulation.campaigns import CAMPAIGN_MODES
from classifier.simulation.replays import Outcome

_FROM_COPY = 3

# A mail of a simulated outbox and the template it was put into, None for none.
Template = tuple[str, int]
Placed = tuple[Outcome, Template | None]


def likeness_table(outcomes: Sequence[Outcome]) -> Table:
    """Shares of copies that were put into a template, and how right the families are; simulated outboxes only."""
    placed = {language: _place(outcomes, language) for language in LANGUAGES}
    ours = {language: [(one, one.template) for one, _ in mails] for language, mails in placed.items()}
    lines = [*_lines("", ours, found_at_once=True), *_lines("MinHash LSH: ", placed, found_at_once=False)]
    return Table("Likeness alone", "share of third and later copies put into a template", lines)


def _lines(method: str, placed: dict[str, list[Placed]], *, found_at_once: bool) -> Iterable[Line]:
    for mode in CAMPAIGN_MODES:
        yield Line(f"{method}{mode}", {name: _share(mails, mode, found_at_once) for name, mails in placed.items()})
    measures = {name: _agree(mails) for name, mails in placed.items()}
    for place, name in enumerate(("precision", "recall", "F1")):
        goal = ">= 0.97" if name == "F1" and not method else ""
        yield Line(
            f"{method}families, pairwise {name}",
            {language: f"{measured[place]:.4f}" for language, measured in measures.items()},
            goal,
        )


def _share(mails: Iterable[Placed], mode: str, found_at_once: bool) -> str:
    """Ours counts when the mail was judged; MinHash is given the whole outbox to decide."""
    late = [(one, found) for one, found in mails if one.mode == mode and one.copy >= _FROM_COPY]
    count = sum((one.judgement.template if found_at_once else found) is not None for one, found in late)
    return f"{count / max(1, len(late)):.4f}"


def _place(outcomes: Iterable[Outcome], language: str) -> list[Placed]:
    """Put the mails of each simulated outbox into groups by MinHash, at the threshold with the best F1 over all."""
    mine = [one for one in outcomes if one.language == language and one.outbox is not None]
    tried = [_place_at(mine, threshold) for threshold in minhash.THRESHOLDS]
    return max(tried, key=lambda mails: _agree(mails)[2])


def _place_at(mails: Sequence[Outcome], threshold: float) -> list[Placed]:
    placed: list[Placed] = []
    for name, outbox in groupby(mails, key=lambda one: one.outbox):
        members = list(outbox)
        groups = minhash.group([one.sample for one in members], threshold)
        names = (None if number is None else (str(name), number) for number in groups)
        placed += list(zip(members, names, strict=True))
    return placed


def _agree(mails: Sequence[Placed]) -> tuple[float, float, float]:
    return pairwise([one.family for one, _ in mails], [found for _, found in mails])
