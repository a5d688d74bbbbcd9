"""Whether somebody decides, by the role that the person's own signature names (de, en, fr); nothing is guessed."""

import re
from typing import Final

from app.nudge.own_text import own_lines
from app.nudge.signature import Signature

LONGEST_ROLE: Final = 60
_LINES_BELOW_NAME: Final = 3
_DECIDES: Final = re.compile(
    r"\b(?:einkauf(?:s\w+)?|einkäufer(?:in)?|beschaffung|geschäftsführ(?:er(?:in)?|ung)|geschäftsleit(?:er(?:in)?|ung)"
    r"|inhaber(?:in)?|vorstand|prokurist(?:in)?|(?:\w+)?leit(?:er(?:in)?|ung)"
    r"|purchas(?:ing|er)|procurement|buyer|sourcing|head of|(?:managing )?director|owner|founder|managing partner"
    r"|c[eofti]o|vice president|vp|president|(?:plant|operations|facilities|general|supply chain) manager"
    r"|achats?|acheteu(?:r|se)|gérante?|direct(?:eur|rice)|dirigeante?|responsable)\b",
    re.IGNORECASE,
)
# Works for the one who decides, or stands in the footer of everybody's mail, or is the name of a company.
_BESIDE: Final = re.compile(
    r"\b(?:assist|sekret|referent|secretary|\bpa\b|office of|trainee|azubi|werkstudent|intern\b|stagiaire"
    r"|gmbh|ag\b|kg\b|se\b|ltd|inc\b|llc|sarl|sas?\b)"
    r"|:\s*\S",
    re.IGNORECASE,
)
_SEPARATORS: Final = re.compile(r"\s*[|·•;,]\s*|\s+[-–]\s+|\s{3,}")


def deciding_role(text: str, name: str, address: str) -> str | None:
    """The role as it stands beside the name in a mail of `name` <`address`>, such as `Leiterin Einkauf`, or None."""
    lines = own_lines(text)
    signature = Signature.find(lines, name, address)
    beside = [line for line in sorted(signature.own - signature.foreign - signature.postscript) if lines[line].strip()]
    pieces = (piece.strip() for line in beside[: _LINES_BELOW_NAME + 1] for piece in _SEPARATORS.split(lines[line]))
    return next((piece for piece in pieces if _is_role(piece)), None)


def _is_role(piece: str) -> bool:
    return len(piece) <= LONGEST_ROLE and _DECIDES.search(piece) is not None and _BESIDE.search(piece) is None
