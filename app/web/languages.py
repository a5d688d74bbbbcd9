"""Which language a visitor reads: the own setting, else the choice in the footer, else what the browser asks for."""

import re
from typing import Final

from starlette.requests import Request

from app.texts import LANGUAGES, Language, language_of

COOKIE: Final = "zuruf-language"
_WISH: Final = re.compile(r"\s*([a-zA-Z]{1,8})(?:-[a-zA-Z0-9-]{1,35})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")


def requested_language(request: Request) -> Language:
    """The language for somebody whose own setting is not known."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return language_of(chosen)
    return preferred_language(request.headers.get("accept-language", ""))


def preferred_language(accept: str) -> Language:
    """The best of an Accept-Language header (RFC 9110 section 12.5.4); English where none of ours is in it."""
    best: Language = "en"
    best_weight = 0.0
    for wish in accept[:1000].split(","):
        match = _WISH.fullmatch(wish)
        if match is None or match[1].lower() not in LANGUAGES:
            continue
        weight = float(match[2] or 1)
        if weight > best_weight:
            best, best_weight = language_of(match[1]), weight
    return best
