"""Writes the measured tables into the document about the classifier, between two marks."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.phrases import LANGUAGES

if TYPE_CHECKING:
    from classifier.evaluate import Measured

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def write_report(path: Path, card: dict[str, Any], measured: "Measured") -> str:
    """Renew the tables of a document, which is made where it is missing; return them."""
    tables = f"{_style_table(card)}\n{_decision_table(measured)}"
    text = path.read_text(encoding="utf-8") if path.exists() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before}{BEGIN}\n{tables}{END}{rest.partition(END)[2]}", encoding="utf-8")
    return tables


def _style_table(card: dict[str, Any]) -> str:
    quality = card["quality on held-out industries, outboxes and senders"]
    rows = [
        (
            f"{world} mail: {measure}",
            [str(quality[language].get(world, {}).get(measure, "-")) for language in LANGUAGES],
        )
        for world in ("synthetic", "real")
        for measure in quality[LANGUAGES[0]].get(world, {})
    ]
    return _table("style of single mails, held-out industries, outboxes, senders", rows)


def _decision_table(measured: "Measured") -> str:
    names = sorted({name for _, name in measured.tallies})
    rows = []
    for name in names:
        tallies = [measured.tallies[language, name] for language in LANGUAGES]
        rows.append((name, [f"{tally.share:.4f} ({tally.flagged}/{tally.total})" for tally in tallies]))
    rows.append(("template families, pairwise F1", [f"{measured.family_f1(language):.4f}" for language in LANGUAGES]))
    return _table("share flagged by the whole decision, held-out half", rows)


def _table(title: str, rows: list[tuple[str, list[str]]]) -> str:
    lines = [f"| {title} | {' | '.join(LANGUAGES)} |", f"| --- |{' --- |' * len(LANGUAGES)}"]
    lines += [f"| {name} | {' | '.join(values)} |" for name, values in rows]
    return "\n".join(lines) + "\n"
