"""Whether the sentence around a phone number says that it is the writer's own (de, en, fr)."""

import re
from collections.abc import Sequence
from typing import Final

from app.nudge.phone_labels import names_a_thing

# In the case of the one who is called: "I", "ich" and "je" alone say nothing about whose number follows.
_MINE: Final = re.compile(
    r"\b(?:mich|mir|mein\w{0,2}|bin|uns|me|my|mine|i['’]?m|i am|us|moi|mon|ma|je suis"
    r"|(?:ich habe|i have|i['’]ve got|j['’]ai) (?:\w+ )?(?:eine|a|un) (?:neue|andere|new|different|nouveau)\w*)\b",
    re.IGNORECASE,
)
_NOT_MINE: Final = re.compile(
    r"\b(?:kolleg|nachfolg|successor|assist|sekret|vertret|herrn?\s|frau\s|kund|technik|monteur|fahrer|lager\b|sped"
    r"|colleague|deputy|mrs?\b|ms\b|boss|chef|customer|driver|warehouse|monsieur|madame|collègue|client"
    r"|her\b|him\b|his\b|their\b|them\b|ihn\b|ihm\b|lui\b|elle\b|your\s|(?:ihr|dein|eur)e[nr]?\s\w*(?:nummer|durchwahl)|votre\s|ist\s(?:\S+\s){0,6}erreichbar"
    r"|(?:der|die) hat\s"
    r"|(?:sie|ihnen|dich|dir|euch|you|vous)\s(?:(?!mich|mir|me\b|my\b|us\b|uns)\w+\s){0,3}(?:unter|auf|an|on|at|au)\b)",
    re.IGNORECASE,
)
_MINE_BEHIND: Final = re.compile(
    r"\W*(?:(?!let\b|give\b|send\b|tell\b)\S+\s+){0,4}?(?:mich|bin|meine?|me|my|i['’]?m|us|moi|mon)\b",
    re.IGNORECASE,
)
_REACHABLE: Final = re.compile(r"\b(?:erreichbar|joignable)\b", re.IGNORECASE)
_CALL: Final = re.compile(
    r"erreich|anruf|angerufen|\bruf|telefon|\btel\b|nummer|mobil|handy|durchwahl|whats.?app|melde|klingel"
    r"|\bsms\b|schreib|sprech"
    r"|\bcall|reach|\bring\b|phone|mobile|\bcell|number|\btext\b|\bget (?:me|hold)|direct line"
    r"|joindre|joignable|appel|portable|numéro|(?:mich|me|i['’]?m|i am|bin) (?:unter|auf|on|at)\b",
    re.IGNORECASE,
)
_GREETING: Final = re.compile(
    r"^\s*(?:hallo|guten|grüß|liebe[rs]?|sehr geehrte[rs]?|moin|servus|hi|hello|dear|good|bonjour|cher|chère)\b"
    r"[^,!]{0,60}[,!]",
    re.IGNORECASE,
)
_NEAR: Final = 9  # words
_MOST_WORDS_OF_AN_INVITATION: Final = 9
_END: Final = re.compile(r"[.!?]\s+(?=[A-ZÄÖÜÀÉ])")


def says_own_number(lines: Sequence[str], line: int, start: int, end: int) -> bool:
    """Reads the sentence around the number at `start` to `end` of a line, which may begin a line above."""
    before = _GREETING.sub(" ", f"{_line(lines, line - 1)} {lines[line][:start]}", count=1)
    before = _END.split(before)[-1]
    after = _END.split(f"{lines[line][end:]} {_line(lines, line + 1)}")[0]
    sentence = f"{before} {after}"
    if names_a_thing(before) or not _CALL.search(sentence):
        return False
    nearest = max((match.start() for match in _MINE.finditer(before)), default=None)
    if nearest is not None and len(before[nearest:].split()) <= _NEAR and not _NOT_MINE.search(before[nearest:]):
        return True
    is_mine = _REACHABLE.search(sentence) or _MINE_BEHIND.match(after)
    return bool(is_mine) and not _NOT_MINE.search(sentence)


def only_invites(line: str) -> bool:
    """Whether a line asks to be called and speaks of nobody: "text or call 617-635-1340 (cell)"."""
    is_short = len(line.split()) <= _MOST_WORDS_OF_AN_INVITATION
    return is_short and _CALL.search(line) is not None and not _NOT_MINE.search(line) and not names_a_thing(line)


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number].strip() if 0 <= number < len(lines) else ""
