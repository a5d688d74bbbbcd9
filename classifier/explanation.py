"""Shows on the live text which phrases spoke for or against: spans of the body. Nothing of it is ever stored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from classifier.cleaning import clean_with_origin
from classifier.features import RUN, hash_letters, hash_ngrams, hash_pairs
from classifier.letter import message_lines
from classifier.phrases import Found
from classifier.quotes import own_line_numbers
from classifier.slots import SLOT, TOKEN, blank_merge_fields, mask, recipient_words, sender_words
from classifier.style import Style, StyleModel
from classifier.values import Phrase, Sample

_STYLE_SHOWN = 6  # the strongest turns of phrase that the style model knows, beside the named cues
_TURN_WORDS = 2


@dataclass(frozen=True, slots=True)
class LiveText:
    """The words of a message as `own_text` makes them, and for each of them `[start, end)` in the body."""

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


def locate_words(sample: Sample) -> LiveText:
    """Return the words of a sample's message with their places in its body."""
    text, origin = clean_with_origin(sample.body)
    lines = text.split("\n")
    own = [lines[number] for number in own_line_numbers(lines)]
    filled = recipient_words(sample)
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    position = 0
    for line in message_lines(own, sender_words(sample), filled):
        position = max(position, text.find(line, position))
        for token in TOKEN.finditer(blank_merge_fields(line)):
            word = mask([token.group()], filled)[0]
            start, end = origin[position + token.start()], origin[position + token.end()]
            if word is SLOT and words and words[-1] is SLOT:
                spans[-1] = (spans[-1][0], end)
                continue
            words.append(word)
            spans.append((start, end))
        position += len(line)
    return LiveText(tuple(words), tuple(spans))


def find_spans(live: LiveText, found: list[Found], style: Style, model: StyleModel) -> tuple[Phrase, ...]:
    """Return the phrases of the named cues and the strongest turns of phrase, in the order of the text."""
    cues = [
        _phrase(live, phrase.kind, phrase.start, phrase.end, style.cues[phrase.kind] / style.counts[phrase.kind])
        for phrase in found
        if phrase.kind in style.cues
    ]
    taken = {place for phrase in found if phrase.kind in style.cues for place in range(phrase.start, phrase.end)}
    turns = [turn for turn in _turns(live, style, model) if taken.isdisjoint(range(turn[1], turn[1] + _TURN_WORDS))]
    shown = [_phrase(live, "style", start, start + _TURN_WORDS, weight) for weight, start in turns[:_STYLE_SHOWN]]
    return tuple(sorted([*cues, *shown], key=lambda phrase: phrase.start))


def _turns(live: LiveText, style: Style, model: StyleModel) -> list[tuple[float, int]]:
    """Return weight and place of the pairs of words that the style model counts for sales prose, strongest first."""
    ngrams, values, weights = model.look_up(*hash_ngrams(live.words))
    shares = dict(zip(ngrams.tolist(), (weights[:, style.reading] * values).tolist(), strict=True))
    of_letters = _shares_of_letters(live.words, shares)
    turns = [
        shares.get(pair, 0.0) + share for pair, share in zip(hash_pairs(live.words).tolist(), of_letters, strict=False)
    ]
    strongest = sorted(range(len(turns)), key=lambda place: -turns[place])[: 4 * _STYLE_SHOWN]
    return [(turns[place], place) for place in strongest if turns[place] > 0]


def _shares_of_letters(words: Sequence[str], shares: Mapping[int, float]) -> list[float]:
    """Return for each pair of words what the runs of letters within it add; a run that returns shares its share."""
    runs = hash_letters(words).tolist()
    times = Counter(runs)
    sums = list(accumulate((shares.get(run, 0.0) / times[run] for run in runs), initial=0.0))
    ends = list(accumulate(len(word.encode()) + 1 for word in words))
    starts = [0, *ends]
    spans = ((min(start, len(runs)), min(end - RUN, len(runs))) for start, end in zip(starts, ends[1:], strict=False))
    return [sums[max(start, last)] - sums[start] for start, last in spans]


def _phrase(live: LiveText, code: str, start: int, end: int, weight: float) -> Phrase:
    return Phrase(code, live.spans[start][0], live.spans[end - 1][1], weight)
