"""The rep's own sentences in an answer to a nudge: without quoted mail, greeting and signature.

It knows nothing of what the words mean.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.texts import LANGUAGES, translator
from classifier.cleaning import clean
from classifier.letter import greeting_opening, message_lines
from classifier.quotes import own_line_numbers

COMMA: Final = ","
_MOST_CHARACTERS: Final = 1500
_MOST_WORDS: Final = 60  # of a sentence; phrases are searched from each of them on
_LONGEST_LINE: Final = 2000  # no more of it is read, and patterns must not search the rest
_WRAPPED_FROM: Final = 55  # characters; a shorter line was ended by the writer, not by the mail client
_ACTION_LINK: Final = re.compile(r"https?://\S{1,300}/a/\S{20}")
# Some clients begin their block of quoted header lines with the date, which alone is no sign of a quote.
_STRAY_HEADER: Final = re.compile(r"[\s*]*(?:gesendet|sent|datum|date|von|from)\s?:[\s*].*\d\d", re.IGNORECASE)
_SENT_FROM: Final = re.compile(
    r"\W*(?:sent (?:from|via|with)|gesendet (?:von|mit|aus|über)|(?:get )?outlook f.r \w"
    r"|von mein\w{1,6}(?:/mein\w{1,3})? \w+ gesendet)",
    re.IGNORECASE,
)
_MENTION: Final = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,200}|(?:\+|\b0)\d[\d /()-]{5,20}\d")
# A phone that takes dictation writes some marks as words.
_DICTATED: Final = (
    (re.compile(r"(?<=\w) (?:komma|comma)(?= \w)", re.IGNORECASE), ","),
    (re.compile(r"(?<=\w) (?:full stop|ausrufezeichen|exclamation mark)(?= \w|\s*$)", re.IGNORECASE), "."),
    (re.compile(r"(?<=\w) (?:fragezeichen|question mark)(?= \w|\s*$)", re.IGNORECASE), "?"),
)
# On one line with the answer: "..., danke und Gruß, Holger".
_SIGN_OFF: Final = re.compile(
    r"[,.!]*\s+(?:(?:danke|merci|thanks|thx)\s+(?:und|and|&)\s+)?(?:(?:viele|liebe|beste|schöne|best|kind)\s+)?"
    r"(?:gr[uü](?:ß|ss)e?|vg|lg|mfg|bg|regards|rgds|cheers)[\s,.!]+[A-ZÄÖÜ][\w-]+\W*?$",
    re.IGNORECASE | re.MULTILINE,
)
_LINE_OF_TICKS: Final = re.compile(r"^[ \ufe0f✅✔☑]*[✅✔☑][ \ufe0f✅✔☑]*$", re.MULTILINE)
_SPACING: Final = re.compile(r"[ /()-]")
_ABBREVIATION: Final = re.compile(r"\b(mrs?|ms|dr|prof|nr|ca|evtl|bzw|hr|fr)\.", re.IGNORECASE)
_NO_END: Final = "\N{ONE DOT LEADER}"  # a full stop that ends no sentence
_MONTH: Final = "Jan|Feb|Mär|Mar|Apr|Mai|May|Jun|Jul|Aug|Sep|Okt|Oct|Nov|Dez|Dec"
_SENTENCE_END: Final = re.compile(
    r"(?:[!?;…\n]|\.{2,}|(?<!\d)\.(?=\s)|(?<=\d)\.(?=\s*\n|\s+(?!" + _MONTH + r")[A-ZÄÖÜ]))(?:[!?;…]|\s)*"
)
_CLAUSE_END: Final = re.compile(r"[,:()–—]+(?=\s|$)|\s[-–—/(]+\s?")
_REPLY_MARK: Final = re.compile(r"\s*(?:re|aw|antw|wg|fwd?)\s*(?:\[\d+\])?:", re.IGNORECASE)
_STRIPPED: Final = ".\"'“”„»«‚‘’()[]{}*_#"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words as they were written, without marks but for a comma wherever a clause ends."""

    words: tuple[str, ...]
    is_question: bool


def own_sentences(text: str) -> list[Sentence]:
    """What the rep wrote, at most the first 1,500 characters of it."""
    lines = [line[:_LONGEST_LINE] for line in clean(text).split("\n")]
    own = _without_nudge([lines[number] for number in own_line_numbers(lines)])
    own = [line for line in own if not _STRAY_HEADER.match(line) and not _SENT_FROM.match(line)]
    kept = _with_beginning(message_lines(own, frozenset(), frozenset()), own)
    last = next((line for line in reversed(own) if line.strip()), "")
    if sum(bool(line.strip()) for line in own) == len(kept) + 1 and last not in kept:
        kept = [*kept, "", last]  # what looks like a name may be half of it: "called her"
    return list(_sentences(kept))


def _with_beginning(kept: list[str], own: list[str]) -> list[str]:
    """What looks like a greeting may be half of an answer, or the whole: "lieber später, um 10", "Stopp,"."""
    if kept:
        kept = [next((line for line in own if line.endswith(kept[0])), kept[0]), *kept[1:]]
    first = next((line for line in own if line.strip()), "")
    return [first, *kept] if first and first not in kept[:1] else kept


def typed_subject(subject: str) -> list[Sentence]:
    """The subject where the rep typed it: an answer that keeps the nudge's own begins with a mark such as `Re:`."""
    return [] if _REPLY_MARK.match(subject) else list(_sentences([clean(subject)]))


def _without_nudge(own: list[str]) -> list[str]:
    """Where the nudge stands among the own lines, quoted without a mark, only greeting and first paragraph count."""
    text = " ".join(" ".join(own).split())
    if not _ACTION_LINK.search(text) and not any(sentence in text for sentence in _fixed_sentences()):
        return own
    start, end = _paragraph(own, 0)
    if end - start == 1 and own[start].rstrip().endswith((",", "!")) and greeting_opening(own[start]):
        end = _paragraph(own, end)[1]
    return own[start:end]


def _paragraph(lines: list[str], since: int) -> tuple[int, int]:
    """Where the first paragraph begins and ends."""
    start = next((number for number in range(since, len(lines)) if lines[number].strip()), since)
    return start, next((number for number in range(start, len(lines)) if not lines[number].strip()), len(lines))


def _fixed_sentences() -> Iterator[str]:
    for language in LANGUAGES:
        texts = translator(language)
        yield texts.gettext("Only you have this mail. Zuruf put it into your own mailbox.")
        yield texts.gettext("Why Zuruf noticed it:")


def _sentences(lines: list[str]) -> Iterator[Sentence]:
    text = "".join(f"{line} " if len(line) >= _WRAPPED_FROM else f"{line}\n" for line in lines)[:_MOST_CHARACTERS]
    text = _LINE_OF_TICKS.sub("done", _SIGN_OFF.sub("\n", text))
    for spoken, mark in _DICTATED:
        text = spoken.sub(mark, text)
    text = _MENTION.sub(_in_one_word, _ABBREVIATION.sub(rf"\1{_NO_END}", text))
    start = 0
    for end in _SENTENCE_END.finditer(text + "\n"):
        words = [
            word.strip(_STRIPPED).replace(_NO_END, ".")
            for word in _CLAUSE_END.sub(f" {COMMA} ", text[start : end.start()]).split()
        ]
        words = [word for word in words if word == COMMA or any(map(str.isalnum, word))]
        start = end.end()
        if words:
            yield Sentence(tuple(words[:_MOST_WORDS]), "?" in end[0])


def _in_one_word(mention: re.Match[str]) -> str:
    """An address as it is, a number without its blanks and marks."""
    return mention[0] if "@" in mention[0] else _SPACING.sub("", mention[0])
