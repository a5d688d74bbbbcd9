"""Tells a greeting at the head of an answer, "Lieber Herr Weber,", from what only begins like one: "lieber später,"."""

from collections.abc import Sequence

from app.nudge.answer_phrases import NAME, folded, is_known, word_list
from app.nudge.answer_text import COMMA, Sentence
from classifier.letter import greeting_opening


def without_greeting(sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    """Without the first clause where it greets somebody, unless that is all."""
    if not sentences:
        return sentences
    words, is_question = sentences[0].words, sentences[0].is_question
    end = words.index(COMMA) if COMMA in words else len(words)
    rest = [Sentence(words[end + 1 :], is_question)] if words[end + 1 :] else []
    left = [*rest, *sentences[1:]]
    return left if left and _greets(Sentence(words[:end], is_question)) else sentences


def _greets(clause: Sentence) -> bool:
    opening = greeting_opening(" ".join(clause.words))
    named = folded(clause).split()[len(opening.split()) :]
    return bool(opening) and all(_may_be_greeted(word) for word in named)


def _may_be_greeted(word: str) -> bool:
    return word.startswith(NAME) or word in word_list("greeted") or not is_known(word)
