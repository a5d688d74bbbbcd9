"""Changes a text as people change a template: a word here and there, sentences swapped, or half of it written anew."""

import re
from collections.abc import Sequence
from random import Random

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_FILLERS = {
    "de": ("gern", "auch", "einfach", "kurz", "natürlich"),
    "en": ("really", "just", "also", "gladly", "simply"),
}
_SWAPS = {
    "de": {
        "gern": "gerne",
        "kurz": "kurz mal",
        "unser": "das",
        "viele": "einige",
        "neue": "aktuelle",
        "schnell": "rasch",
    },
    "en": {"quick": "short", "many": "several", "new": "recent", "help": "assist", "great": "good", "quickly": "fast"},
}


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text; lines end sentences, too."""
    return [sentence.strip() for sentence in _SENTENCE_END.split(text) if sentence.strip()]


def join(sentences: Sequence[str]) -> str:
    """Return sentences as one text."""
    return " ".join(sentence for sentence in sentences if sentence)


def edit_lightly(sentences: Sequence[str], random: Random, language: str) -> list[str]:
    """Return the sentences with up to three small edits: a word added, dropped, replaced, or two sentences swapped."""
    edited = list(sentences)
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(edited))
        kind = random.choice(("add", "drop", "replace", "swap"))
        if kind == "swap":
            other = random.randrange(len(edited))
            edited[place], edited[other] = edited[other], edited[place]
        else:
            edited[place] = _edit_word(edited[place], kind, random, language)
    return edited


def _edit_word(sentence: str, kind: str, random: Random, language: str) -> str:
    words = sentence.split()
    place = random.randrange(len(words))
    if kind == "add":
        words.insert(place, random.choice(_FILLERS[language]))
    elif kind == "drop" and len(words) > 3:
        del words[place]
    else:
        known = [number for number, word in enumerate(words) if word in _SWAPS[language]]
        for number in known[:1]:
            words[number] = _SWAPS[language][words[number]]
        if not known:
            words[place] = random.choice(_FILLERS[language])
    return " ".join(words)


def rewrite_half(sentences: Sequence[str], random: Random, strangers: Sequence[str]) -> list[str]:
    """Return the sentences with half of them, another half each time, replaced by sentences of other mails."""
    rewritten = list(sentences)
    for place in random.sample(range(len(rewritten)), len(rewritten) // 2):
        rewritten[place] = random.choice(strangers)
    return rewritten
