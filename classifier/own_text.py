"""From the body of a mail to the sender's own words, with slots in place of what a template would fill in."""

import re
from dataclasses import dataclass

from classifier import markup
from classifier.cleaning import clean
from classifier.letter import message_lines
from classifier.quotes import own_line_numbers
from classifier.slots import blank_merge_fields, count_merge_fields, read_words, recipient_words, sender_words
from classifier.values import Sample

WORD_LIMIT = 3000  # words of one mail that are looked at
_SUBJECT_LIMIT = 200  # characters, and so no more words
_ANSWER = re.compile(r"(?:\s*(?:re|aw|antw|wg|fwd?|tr|sv)\s*(?:\[\d+\])?:)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnText:
    """The sender's own part of a mail.

    `written` is all that the sender wrote, greeting and signature included; `message` the same without greeting,
    signature and disclaimer; `words` its casefolded words with slots; `merge_fields` how many were left in.
    """

    written: str
    message: str
    words: tuple[str, ...]
    merge_fields: int


def own_text(sample: Sample) -> OwnText:
    """Return the sender's own words of a mail; linear in the size of the body, which is cut at 200,000 characters."""
    lines = clean(body_of(sample)).split("\n")
    own = [lines[number] for number in own_line_numbers(lines)]
    written = "\n".join(own)
    fields = count_merge_fields(written)
    filled = recipient_words(sample)
    message = "\n".join(message_lines(own, sender_words(sample), filled))
    if fields:
        message = blank_merge_fields(message)
    words = read_words(message, filled, WORD_LIMIT)
    return OwnText(written, message, tuple(words), fields)


def subject_words(subject: str) -> tuple[str, ...]:
    """Return the casefolded words of a subject without its "Re:" and "Fwd:", numbers and dates as slots."""
    return tuple(read_words(_ANSWER.sub("", subject[:_SUBJECT_LIMIT]), frozenset(), _SUBJECT_LIMIT))


def body_of(sample: Sample) -> str:
    """Return the text of a mail, made from its HTML where there is no other."""
    return markup.to_text(sample.html) if sample.html and not sample.body.strip() else sample.body
