"""What the whole decision flags, and how right its score is: tables of counts, real and written mail apart."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from classifier.evaluation.measures import as_numbers, average_precision, calibration_error
from classifier.evaluation.report import Line, Table
from classifier.phrases import LANGUAGES
from classifier.simulation.campaigns import CAMPAIGN_MODES, ROUTINE
from classifier.simulation.outboxes import REAL, WRITTEN
from classifier.simulation.replays import ALONE_REAL, ALONE_WRITTEN, REAL_OUTBOX, Outcome

_GOALS = {
    "slots only": ">= 0.99",
    "light edits": ">= 0.95",
    "half rewritten": ">= 0.70",
}
_FROM_COPY = 3

# Which reasons make up a group of evidence.
EVIDENCE = {
    "likeness": {"same_text"},
    "style": {"style", "sales_phrases", "call_to_action", "opt_out", "earlier_contact"},
    "structure": {
        *("merge_field", "unsubscribe_header", "sequence_tool", "tracking_pixel", "tracking_links"),
        *("hidden_recipients", "many_recipients"),
    },
    "what speaks against": {"reply", "internal", "calendar", "routine_note", "known_recipient"},
}

Chosen = Callable[[Outcome], bool]


def flag_table(outcomes: Sequence[Outcome]) -> Table:
    """Shares of mails that were flagged, of what should be and of what should not."""
    lines = [
        _line(f"{mode}, third copy on", outcomes, _late_copy_of(mode), _flagged, _GOALS.get(mode, ""))
        for mode in CAMPAIGN_MODES
    ]
    lines += [
        _line("false: written personal mail in those outboxes", outcomes, _mode(WRITTEN), _flagged, "<= 0.005"),
        _line("false: routine notes in those outboxes", outcomes, _mode(ROUTINE), _flagged, "<= 0.005"),
        _line("false: real personal mail in those outboxes", outcomes, _mode(REAL), _flagged, "<= 0.005"),
        _line("false: real outboxes, replayed", outcomes, _mode(REAL_OUTBOX), _flagged, "<= 0.002"),
        _line("false: real personal mail, each alone", outcomes, _mode(ALONE_REAL), _flagged, "<= 0.002"),
        _line("false: written personal mail, each alone", outcomes, _mode(ALONE_WRITTEN), _flagged),
    ]
    return Table("Flagged by the whole decision", "share of mails flagged", lines)


def calibration_table(outcomes: Sequence[Outcome]) -> Table:
    """Expected calibration error of the score, in simulated outboxes and in real mail."""
    lines = []
    for what, chosen in (
        ("all of these together", lambda _: True),
        ("simulated outboxes (campaigns, routine, written and real personal)", _in_simulated),
        ("real outboxes, replayed", _mode(REAL_OUTBOX)),
        ("real personal mail, each alone", _mode(ALONE_REAL)),
    ):
        errors = {
            language: f"{calibration_error(*scores_and_truth(outcomes, language, chosen)):.4f}"
            for language in LANGUAGES
        }
        lines.append(Line(what, errors, "<= 0.03"))
    return Table("Calibration of the score", "expected calibration error (10 bins)", lines)


def ablation_table(outcomes: Sequence[Outcome]) -> Table:
    """What is lost without a group of evidence: its reasons are taken out of every sum, all else stays."""
    lines = []
    for name, codes in {"nothing left out": set[str](), **EVIDENCE}.items():
        values = {}
        for language in LANGUAGES:
            mine = [one for one in outcomes if one.language == language and _in_simulated(one)]
            sums = as_numbers(_log_odds(one, codes) for one in mine)
            truth = np.array([one.bulk for one in mine])
            flagged = sums >= 0
            values[language] = (
                f"{average_precision(sums, truth):.4f} · {flagged[truth].mean():.3f} · {flagged[~truth].mean():.4f}"
            )
        lines.append(Line(name if not codes else f"without {name}", values))
    return Table("What each group of evidence adds", "average precision · bulk flagged · others flagged", lines)


def scores_and_truth(
    outcomes: Iterable[Outcome], language: str, chosen: Chosen | None = None
) -> tuple["np.ndarray[tuple[int], np.dtype[np.float64]]", "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """Return scores and truth of the chosen mails, by default those of simulated outboxes."""
    mine = [one for one in outcomes if one.language == language and (chosen or _in_simulated)(one)]
    return as_numbers(one.judgement.score for one in mine), np.array([one.bulk for one in mine], dtype=bool)


def _log_odds(outcome: Outcome, left_out: set[str]) -> float:
    return outcome.judgement.log_odds - sum(
        reason.weight for reason in outcome.judgement.reasons if reason.code in left_out
    )


def _line(what: str, outcomes: Iterable[Outcome], chosen: Chosen, counted: Chosen, goal: str = "") -> Line:
    values = {}
    for language in LANGUAGES:
        mine = [one for one in outcomes if one.language == language and chosen(one)]
        count = sum(map(counted, mine))
        values[language] = f"{count / max(1, len(mine)):.4f} ({count}/{len(mine)})"
    return Line(what, values, goal)


def _mode(mode: str) -> Chosen:
    return lambda outcome: outcome.mode == mode


def _late_copy_of(mode: str) -> Chosen:
    return lambda outcome: outcome.mode == mode and outcome.copy >= _FROM_COPY


def _in_simulated(outcome: Outcome) -> bool:
    return outcome.mode in {*CAMPAIGN_MODES, ROUTINE, WRITTEN, REAL}


def _flagged(outcome: Outcome) -> bool:
    return outcome.judgement.flagged
