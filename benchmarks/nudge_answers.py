"""Measures how well answers to nudges are understood; renews the figures in docs/nudge-answers.md.

`python -m benchmarks.nudge_answers`. An answer is right if kind, time and person are those that were meant.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from app.nudge.answers import AnswerKind
from classifier.answers.reader import FOLDER
from classifier.answers.train import MEASURED
from classifier.archive import load_card
from tests.nudge.sets import FRESH_REPLIES, Reply, learned_replies, read_replies
from tests.nudge.test_sets import STYLES, is_right, read

PAGE: Final = Path(__file__).parents[1] / "docs" / "nudge-answers.md"
HEADING: Final = "## How well answers are understood\n"
# How sets of 220 answers by writers who knew nothing of the program were read when nothing had been learnt from them:
# right ones by the rules that were used before, and by the trained reader, which then knew older answers only.
FIRST_RESULTS: Final = {
    "field and inside sales, trade, crafts": ("0.809", "-"),
    "software, services, estate agents, events": ("0.795", "0.918"),
    "medical devices, printing, catering, consulting and others": ("0.755", "0.936"),
    "forty-four people of all trades": ("0.823", "0.955, one wrong stop"),
    "fifty-five people of many countries, the set below": ("0.895", "0.977"),
}
INTRODUCTION: Final = """\
{heading}
Measured by `python -m benchmarks.nudge_answers` on synthetic answers, German and English, set into real nudges as
eleven mail clients quote them. Right means kind, time and person. "Never a wrong stop" is a test that has to pass.

The reader learns from {learned} answers in `classifier/answers/corpus`. What counts is how it reads answers of people
from whom it learnt nothing. Each set was measured once, before anything was learnt from it or changed for it:

| set of 220 answers | rules, as before | trained reader |
| --- | --- | --- |
{first}
{fresh}
Every writer's answers read by readers that learnt from all others, the kind alone. Several of these sets are made of
one thing on purpose, such as dialect, formal letters, or words of stopping that mean something else, which the others
hardly have; so this is the lower end:

| answers | right |
| --- | --- |
{writers}
By their likeliest kind alone {wrong_stops} of these would have been wrong stops; the product asks more.

Most misses are read as unknown: the rep gets one short mail that tells how to answer, and nothing changes.

## The answers that it learnt from

These figures show only that nothing learnt is misread, whatever mail program quotes below it.

| answers | number | right | wrong "stop" |
| --- | --- | --- | --- |
{now}
| style | right | read as in no quote |
| --- | --- | --- |
{styles}"""


def main() -> None:
    """Prints the figures and writes them into the page."""
    learned, card = learned_replies(), load_card(FOLDER)
    measured = card[MEASURED]
    figures = INTRODUCTION.format(
        heading=HEADING,
        learned=f"{sum(card['rows'].values()):,}",
        first="".join(f"| {name} | {rules} | {trained} |\n" for name, (rules, trained) in FIRST_RESULTS.items()),
        fresh=_fresh(read_replies(FRESH_REPLIES)),
        writers=_writers(measured["right"]),
        wrong_stops=measured["wrong stop"],
        now=_row("in the mails of some program", learned),
        styles="".join(_style(style, learned) for style in STYLES),
    )
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text[: text.index(HEADING)] + figures, encoding="utf-8")
    print(figures)


def _writers(shares: Mapping[str, Any]) -> str:
    return "".join(f"| {name.replace('_', ' ')} | {share:.3f} |\n" for name, share in shares.items())


def _fresh(replies: Sequence[Reply]) -> str:
    place = "`tests/nudge/fresh/replies.toml`"
    if not replies:
        return f"A next set ({place}) has yet to be written.\n"
    head = f'({place}):\n\n| answers | number | right | wrong "stop" |\n|{" --- |" * 4}\n'
    keys: tuple[Callable[[Reply], str], ...] = (attrgetter("language"), attrgetter("kind"))
    groups = "".join(_groups(replies, key) for key in keys)
    return f"The last set of {len(replies)}, from which nothing was ever learnt {head}{groups}{_row('all', replies)}"


def _groups(replies: Iterable[Reply], key: Callable[[Reply], str]) -> str:
    groups: dict[str, list[Reply]] = {}
    for reply in replies:
        groups.setdefault(key(reply), []).append(reply)
    return "".join(_row(name, group) for name, group in sorted(groups.items()))


def _row(name: str, replies: Sequence[Reply]) -> str:
    answers = [(reply, read(reply)) for reply in replies]
    right = sum(is_right(*pair) for pair in answers)
    wrong = sum(answer.kind is AnswerKind.STOP and reply.kind != "stop" for reply, answer in answers)
    return f"| {name} | {len(replies)} | {right / len(replies):.3f} | {wrong} |\n"


def _style(style: str, replies: Sequence[Reply]) -> str:
    right = sum(is_right(one, read(one, style)) for one in replies)
    same = sum(read(one, style) == read(one, "none") for one in replies)
    return f"| {style} | {right / len(replies):.3f} | {same / len(replies):.3f} |\n"


if __name__ == "__main__":
    main()
