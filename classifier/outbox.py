"""The memory of one outbox: which sends are alike, and who got them. It holds keyed hashes, no text, no address."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

import numpy as np

from classifier.columns import FingerprintColumns
from classifier.families import (
    ALIKE,
    NOTHING,
    SCATTERED_LEAST,
    Coverage,
    absorbs,
    cover_by_groups,
    cover_by_sends,
    is_reworded,
    is_template,
    join_threshold,
    joins,
    joins_scattered,
    share_topic,
    weights_beside,
)
from classifier.index import GroupIndex, Hits
from classifier.sketch import DRAWERS, Fingerprint, Sketch
from classifier.values import Feedback, Remembered

WINDOW = timedelta(days=60)
NO_FEEDBACK = Feedback()
SEND_LIMIT = 10_000
_GROUP_LIMIT = 1 << 24  # arrays by group number must stay small
_COMPARED = 16  # sends of a group that a new text is compared with one by one, the newest first
_CANDIDATES = 6
_SMALL = 2  # a group of so many sends may still turn out to be part of another one

People = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What the memory knows about a new send.

    `fit` says how well the text fits its group, `coverage` how much of it went to other people within the window,
    `topic` how like its content words are to the group's; `siblings` are those sends, newest first; `people` counts
    the different recipients of all of them and the new send; `merged` are groups that turned out to be one with
    `group`.
    """

    group: int
    fit: float = 0.0
    coverage: Coverage = NOTHING
    siblings: tuple[Remembered, ...] = ()
    people: int = 0
    template: bool = False
    topic: float = 0.0
    merged: tuple[int, ...] = ()


class OutboxMemory:
    """Remembered sends of one outbox, bounded in number; `key` keys all hashes and stays with the caller.

    `feedback` is what the rep said so far; whoever holds the memory may replace it at any time.
    """

    def __init__(self, key: bytes, remembered: Iterable[Remembered] = (), feedback: Feedback = NO_FEEDBACK) -> None:
        self.key = key
        self.feedback = feedback
        self._fill(remembered)

    def __len__(self) -> int:
        return len(self._sends)

    @property
    def latest(self) -> datetime | None:
        """The time of the newest of the sends that were added last, or None while there is none."""
        return max((send.sent_at for send in self._sends[-100:]), default=None)

    def add(self, remembered: Remembered) -> None:
        """Take in a send as it was stored; one that is there already is left alone.

        Raises ValueError when the number of its template cannot be one of ours.
        """
        if remembered.send_id in self._known:
            return
        if len(self._sends) >= SEND_LIMIT:
            self._fill([self._current(place) for place in range(SEND_LIMIT // 10, len(self._sends))])
        sketch = Sketch.from_bytes(remembered.sketch)
        group = self._append(remembered, sketch)
        self._index.add(sketch.text.hashes, group)

    def match(self, text: Fingerprint, people: People, when: datetime) -> Match:
        """Return to which group a text belongs and who else got it; the memory stays as it is."""
        if not len(text.hashes) or not self._sends:
            return Match(self._next_group)
        hits = self._index.find(text.hashes)
        covered = {group: self._cover((group,), text, hits) for group in _promising(hits)}
        groups, fit = self._alike(covered, text) or self._scattered(covered, text, hits) or ((), 0.0)
        if not groups:
            return Match(self._next_group)
        places = sorted(chain.from_iterable(self._members[group] for group in groups), reverse=True)
        alike = [place for place in places if _is_sibling(self._sends[place], people, when)]
        alike.sort(key=lambda place: self._sends[place].sent_at, reverse=True)
        if len(groups) == 1 and len(alike) == len(places):
            coverage = covered[groups[0]]
        else:
            newest = [self._texts[place] for place in alike[:_COMPARED]]
            coverage = cover_by_sends(text, weights_beside(hits, groups), newest)
        return self._describe(groups, fit, text, coverage, alike, people)

    def _alike(self, covered: Mapping[int, Coverage], text: Fingerprint) -> tuple[tuple[int, ...], float] | None:
        """Return the group that the text belongs to, with small ones that belong there as well, and its fit."""
        passing = [group for group, coverage in covered.items() if joins(coverage, self._join_threshold(group))]
        if not passing:
            passing = [
                group for group, coverage in covered.items() if is_reworded(coverage, self._share_topic(group, text))
            ]
        if not passing:
            return None
        best = max(passing, key=lambda group: (len(self._members[group]), covered[group].share))
        fit = covered[best].share
        small = [group for group in covered if group != best and self._is_small(group)]
        return (best, *(group for group in small if group in passing or absorbs(covered[group], fit))), fit

    def _share_topic(self, group: int, text: Fingerprint) -> float:
        members = self._members[group]
        sends = [self._texts[place] for place in members[-_COMPARED:]]
        held = np.bincount(np.concatenate([send.drawers for send in sends]), minlength=DRAWERS)
        outside = self._spread - held * (len(members) / len(sends))
        return share_topic(text, sends, np.maximum(outside, 0.0))

    def _scattered(
        self, covered: Mapping[int, Coverage], text: Fingerprint, hits: Hits
    ) -> tuple[tuple[int, ...], float] | None:
        """Return small groups that only together are like the text, as when every copy keeps another half of it."""
        groups = tuple(group for group in covered if self._is_small(group))
        if len(groups) < 2:
            return None
        coverage = self._cover(groups, text, hits)
        return (groups, coverage.share) if joins_scattered(coverage) else None

    def _cover(self, groups: tuple[int, ...], text: Fingerprint, hits: Hits) -> Coverage:
        places = (place for group in groups for place in self._members[group][-_COMPARED:])
        return cover_by_sends(text, weights_beside(hits, groups), [self._texts[place] for place in places])

    def _join_threshold(self, group: int) -> float:
        places = self._members[group]
        fits = [fit for place in places[-_COMPARED:] if (fit := self._fits[place])]
        return join_threshold(len(places), sum(fits) / max(1, len(fits)))

    def _is_small(self, group: int) -> bool:
        return len(self._members[group]) <= _SMALL

    def remember(self, remembered: Remembered, match: Match) -> dict[str, int]:
        """Take in a send just matched; return the earlier sends whose template is another one from now on."""
        for group in match.merged:
            self._index.move(group, match.group)
            self._members[match.group] = sorted(self._members[match.group] + self._members.pop(group))
        if self.allows(match):
            self.feedback = replace(self.feedback, allowed=self.feedback.allowed | {match.group})
        self.add(remembered)
        if remembered.template is None:
            return {}
        changed = [place for place in self._members[match.group] if self._templates[place] != match.group]
        for place in changed:
            self._templates[place] = match.group
        return {self._sends[place].send_id: match.group for place in changed}

    def allows(self, match: Match) -> bool:
        """Whether the rep said that what this send matches is no template."""
        return not self.feedback.allowed.isdisjoint((match.group, *match.merged))

    def spares(self, people: People) -> bool:
        """Whether the rep said of each of these people that mail to them is personal."""
        return bool(people) and self.feedback.people.issuperset(people)

    def is_template(self, group: int) -> bool:
        """Whether a group was recognised as a template before."""
        return any(self._templates[place] is not None for place in self._members.get(group, ()))

    def count_personal(self, people: People) -> int:
        """Return how many remembered sends that stand alone went to each of these people, at the least."""
        letters = (self._letters.get(person, []) for person in people)
        return min((sum(self._templates[place] is None for place in places[-20:]) for places in letters), default=0)

    def forget_before(self, time: datetime) -> None:
        """Forget all sends before a time."""
        kept = [place for place, send in enumerate(self._sends) if send.sent_at >= time]
        if len(kept) < len(self._sends):
            self._fill([self._current(place) for place in kept])

    def _current(self, place: int) -> Remembered:
        send, template = self._sends[place], self._templates[place]
        if send.template == template:
            return send
        return Remembered(send.send_id, template, send.sent_at, send.recipients, send.sketch)

    def _fill(self, remembered: Iterable[Remembered]) -> None:
        self._sends: list[Remembered] = []
        self._texts = FingerprintColumns()
        self._spread = np.zeros(DRAWERS)
        self._fits: list[float] = []
        self._templates: list[int | None] = []
        self._members: dict[int, list[int]] = {}
        self._letters: dict[bytes, list[int]] = {}
        self._known: set[str] = set()
        kept = [(send, Sketch.from_bytes(send.sketch)) for send in list(remembered)[-SEND_LIMIT:]]
        # Sends without a number get theirs after all that are taken, or they would join strangers.
        self._next_group = 1 + max((send.template or sketch.group for send, sketch in kept), default=0)
        hashes, groups = [], []
        for send, sketch in kept:
            if send.send_id not in self._known:
                groups.append(self._append(send, sketch))
                hashes.append(sketch.text.hashes)
        self._index = GroupIndex.build(hashes, groups)

    def _append(self, send: Remembered, sketch: Sketch) -> int:
        group = send.template or sketch.group or self._next_group
        if not 0 < group < _GROUP_LIMIT:
            raise ValueError("The number of a template is out of range.")
        place = len(self._sends)
        self._sends.append(send)
        self._texts.append(sketch.text)
        self._spread[sketch.text.drawers] += 1
        self._fits.append(sketch.fit)
        self._templates.append(send.template)
        self._members.setdefault(group, []).append(place)
        for person in send.recipients:
            self._letters.setdefault(person, []).append(place)
        self._known.add(send.send_id)
        self._next_group = max(self._next_group, group + 1)
        return group

    def _describe(
        self,
        groups: tuple[int, ...],
        fit: float,
        text: Fingerprint,
        coverage: Coverage,
        alike: Sequence[int],
        people: People,
    ) -> Match:
        siblings = tuple(map(self._sends.__getitem__, alike))
        reached = _count_people([people, *(send.recipients for send in siblings)])
        # Where the phrases themselves are the same, the content words have nothing to add.
        topic = self._share_topic(groups[0], text) if coverage.share < ALIKE else 0.0
        reworded = is_reworded(coverage, topic)
        template = self.is_template(groups[0]) or is_template(len(siblings), reached, coverage, reworded)
        return Match(groups[0], fit, coverage, siblings, reached, template, topic, groups[1:])


def _promising(hits: Hits) -> list[int]:
    """Return the groups that cover most of the text, the best first."""
    covers = cover_by_groups(hits)
    return [int(group) for group in np.argsort(covers)[::-1][:_CANDIDATES] if covers[group] >= SCATTERED_LEAST]


def _is_sibling(send: Remembered, people: People, when: datetime) -> bool:
    """Whether a send within the window went to other people; the same round with one more or one less is not other."""
    if abs(when - send.sent_at) > WINDOW:
        return False
    if len(people) == 1 == len(send.recipients):
        return send.recipients != people
    mine, others = frozenset(people), frozenset(send.recipients)
    return not (mine <= others or others <= mine)


def _count_people(rounds: Sequence[People]) -> int:
    """Count different recipients; who got every single mail (a CRM's copy address, a manager) does not count."""
    counts = Counter(chain.from_iterable(rounds))
    return sum(1 for times in counts.values() if len(rounds) == 1 or times < len(rounds))
