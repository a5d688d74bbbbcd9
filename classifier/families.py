"""When sends belong together: how much of a text earlier sends cover, and how much is enough. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.index import Hits
from classifier.sketch import SHINGLE_WORDS, SIZE, Fingerprint, Hashes

Weights = npt.NDArray[np.float64]
Counts = npt.NDArray[np.float64]

ALIKE = 0.65  # coverage at which a text is as good as copied
LEAST_EVIDENCE = 8.0  # weighted shingles; a text of stock phrases alone cannot reach full coverage
_FIRST_JOIN = 0.25  # coverage at which a send joins a group of one or two
_LOOSE_JOIN = 0.22  # the least coverage at which any group takes a send
_JOIN_WORDS = 14  # fewer shared words join only where they are most of the text: one common sentence is no template
_JOIN_SHARE = 0.55  # of the coverage that is usual within the group
_LEAST_RETURN = 0.25  # share of one earlier send that the new text must hold in its turn
_SCATTERED_JOIN = 0.25  # coverage by several small groups together at which they are taken for one
_SCATTERED_WORDS = 14
SCATTERED_LEAST = 0.10  # the least coverage by each of them
_ABSORBED_SHARE, _ABSORBED_WORDS = 0.20, 10  # enough for a lone send beside a group that is loose itself
_LOOSE_FIT = 0.75
_SHARED_WORDS = 25  # enough shared words for a template ...
_SHARED_SHARE = 0.60  # ... or enough of the own text, peers of the field agree on both
_SCATTERED_SHARED_WORDS = 16  # enough once five copies and more agree, each with others on other parts
_SCATTERED_GAIN = 1.25  # all copies together cover so much more than the best of them: the parts are scattered
_REWORDED_SHARE, _REWORDED_WORDS = 0.10, 9  # some of the phrases ...
_REWORDED_TOPIC = 0.34  # ... and most content words: the same mail said in other words
_LEAST_TOPICS = 10  # content words; fewer tell nothing about what a mail is about
_RARE = 0.3  # shingles of less weight are stock


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a text is covered by other sends, all of them together.

    `share` is weighted (0..1), `words` counts roughly the shared words that are not stock, `single` is the share that
    the best of these sends covers alone, `back` the greatest share of one of them that the text holds in its turn.
    """

    share: float
    words: int
    single: float
    back: float


NOTHING = Coverage(0.0, 0, 0.0, 0.0)


def cover_by_groups(hits: Hits) -> Weights:
    """Return, by group number, the weighted share of the text that each group covers.

    A shingle weighs 1 / (1 + other groups that hold it): what many different texts share says nothing, however often
    one text was copied.
    """
    beside = 1.0 / (1.0 + hits.spread)
    own = 1.0 / hits.spread[hits.positions]
    held = np.bincount(hits.groups, weights=own)
    total = beside.sum() + np.bincount(hits.groups, weights=own - beside[hits.positions])
    return np.asarray(held / np.maximum(total, LEAST_EVIDENCE), dtype=np.float64)


def weights_beside(hits: Hits, groups: Sequence[int]) -> Weights:
    """Return the weights of the shingles for these groups, whose own holding does not speak against them."""
    held = np.logical_or.reduce([hits.groups == group for group in groups])
    own = np.bincount(hits.positions[held], minlength=len(hits.spread))
    return np.asarray(1.0 / (1.0 + hits.spread - own), dtype=np.float64)


def cover_by_sends(text: Fingerprint, weights: Weights, sends: Sequence[Fingerprint]) -> Coverage:
    """Return how far single sends together cover the text; `weights` are those of its shingles beside their group."""
    known = [send for send in sends if len(send.hashes)]
    hashes = text.hashes
    if not known or not len(hashes):
        return NOTHING
    other = np.concatenate([send.hashes for send in known])
    places = hashes.searchsorted(other)
    places[places == len(hashes)] = 0
    hit = hashes[places] == other
    sizes = np.array([len(send.hashes) for send in known])
    starts = sizes.cumsum() - sizes
    back = np.add.reduceat(hit, starts, dtype=np.int64) / [_comparable(send.hashes, hashes) for send in known]
    covered = np.zeros(len(hashes), dtype=bool)
    covered[places[hit]] = True
    total = max(weights[hashes <= max(send.reach for send in known)].sum(), LEAST_EVIDENCE)
    single = np.add.reduceat(np.where(hit, weights[places], 0.0), starts).max() / total
    rare = int((covered & (weights > _RARE)).sum())
    return Coverage(
        share=min(1.0, float(weights[covered].sum() / total)),
        words=rare + SHINGLE_WORDS - 1 if rare else 0,
        single=min(1.0, float(single)),
        back=min(1.0, float(back.max())),
    )


def share_topic(text: Fingerprint, sends: Sequence[Fingerprint], outside: Counts) -> float:
    """Return how like the content words are, 0..1 (Dice), in the mean over the sends.

    `outside` says by drawer how many sends beside these hold it: what many different mails speak of weighs little.
    """
    known = [send for send in sends if len(send.drawers)]
    if not known:
        return 0.0
    reach = min(text.drawer_reach, *(send.drawer_reach for send in known))
    weights = 1.0 / (1.0 + outside)
    weights[reach + 1 :] = 0.0
    mine = np.zeros(len(outside))
    mine[text.drawers] = weights[text.drawers]
    total = mine.sum()
    if total < _LEAST_TOPICS:
        return 0.0
    others = np.concatenate([send.drawers for send in known])
    starts = np.cumsum([0, *(len(send.drawers) for send in known[:-1])])
    shared, sizes = (np.add.reduceat(values[others], starts) for values in (mine, weights))
    return float((2 * shared / (total + sizes)).mean())


def _comparable(send: Hashes, hashes: Hashes) -> int:
    """How many hashes of a send could have been found in the text, whose own hashes may be cut as well."""
    if len(hashes) < SIZE:
        return len(send)
    return max(1, int(np.searchsorted(send, hashes[-1], side="right")))


def join_threshold(sends: int, mean_fit: float) -> float:
    """Return the coverage at which a group takes a send: strict where its members are much alike, lenient where not."""
    if sends < 3:
        return _FIRST_JOIN
    return max(_LOOSE_JOIN, _JOIN_SHARE * mean_fit)


def joins(coverage: Coverage, threshold: float) -> bool:
    """Whether a text so covered belongs to the group."""
    enough_words = coverage.words >= _JOIN_WORDS or coverage.share >= _SHARED_SHARE
    return coverage.share >= threshold and coverage.back >= _LEAST_RETURN and enough_words


def is_reworded(coverage: Coverage, topic: float) -> bool:
    """Whether most content words are the same and some phrases too: the same mail said in other words."""
    return coverage.share >= _REWORDED_SHARE and coverage.words >= _REWORDED_WORDS and topic >= _REWORDED_TOPIC


def absorbs(coverage: Coverage, fit: float) -> bool:
    """Whether a small group goes with the one that a text joins with this fit, although it is less like the text."""
    return fit < _LOOSE_FIT and coverage.share >= _ABSORBED_SHARE and coverage.words >= _ABSORBED_WORDS


def joins_scattered(coverage: Coverage) -> bool:
    """Whether a text that several small groups cover together, each a part, makes one group of them.

    So a template shows itself of which every copy keeps another half. A common opening covers less, however many
    share it.
    """
    return coverage.share >= _SCATTERED_JOIN and coverage.words >= _SCATTERED_WORDS


def is_template(siblings: int, recipients: int, coverage: Coverage, reworded: bool) -> bool:
    """Whether that many siblings to that many people, all told, make a template of what they share."""
    enough_sends = (siblings >= 2 and recipients >= 3) or (siblings >= 1 and recipients >= 8)
    scattered = siblings >= 4 and coverage.share >= _SCATTERED_GAIN * coverage.single
    least = _SCATTERED_SHARED_WORDS if scattered else _SHARED_WORDS
    return enough_sends and (reworded or coverage.words >= least or coverage.share >= _SHARED_SHARE)
