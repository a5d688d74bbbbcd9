"""Tells whether a sentence of an answer names or means a person, and whether it is about a text.

Words of stopping beside a person are not taken for "stop": in doubt they are meant for that person.
"""

import re
from itertools import pairwise
from typing import Final

from app.nudge.answer_phrases import NAME, fold, folded, is_known, word_list
from app.nudge.answer_text import COMMA, Sentence

_TITLED: Final = re.compile(rf"(?<!\S){NAME}(?:herrn?|hr|frau|fr|mrs?|ms|dr|prof) {NAME}")
_PRONOUN: Final = re.compile(
    r"(?<!\S)(?:er|ihn|ihm|he|him|hes|hell|she|her|shes|shell|his|sein(?:e[mnrs]?)?"
    r"|(?:bei|mit|zu|von|an|fur|wegen|uber) ihr"
    r"|sie (?:ist|hat|war|wird|wurde|will|mochte|mag|arbeitet|geht|kommt|braucht|sagt|sagte)) "
)
_SOMEBODY: Final = re.compile(
    r"(?<!\S)(?:der|die|den|dem|dieser?|diese[mn]|the|this|that|my|our|mein\w{0,2}|unser\w{0,2}) "
    rf"{NAME}?(?:kund(?:e|in)|kontakt|ansprechpartner|empfanger|person|dame|herrn?|kolleg(?:e|in)|schwester|bruder"
    r"|mann|frau|vater|mutter|eltern|tochter|sohn|onkel|tante|cousin|cousine|schwager|freund|nachbar|chef|vermieter"
    r"|lieferant|customer|contact|client|recipient|lady|gentleman|guy|man|woman|bloke|colleague|neighbou?r|friend"
    r"|wife|husband|sister|brother|father|mother|parents|dad|mum|son|daughter|uncle|aunt|boss|landlord|landlady"
    r"|supplier|partner)(?:in)? "
)
_PREPOSITION: Final = r"(?:zu|wegen|bezuglich|betreffend|fur|an|bei|mit|von|about|regarding|concerning|on|for|to|with)"
_STARTS_WITH_PREPOSITION: Final = re.compile(rf"{NAME}?{_PREPOSITION} ")
_SMALL_NAME: Final = (
    re.compile(rf"(?<!\S){_PREPOSITION} ([^\W\d]{{3,}}) "),
    re.compile(r"(?<!\S)([^\W\d]{3,}) (?:ist|hat|war|wird|is|has|was|left) "),
)
_ARTICLES: Final = frozenset({"der", "die", "den", "dem"})
# After these a capital is that of any noun.
_CAPITAL: Final = re.compile(rf"(?<!das )(?<!eine )(?<!keine )(?<!solche )(?<!weitere )(?<!weiteren )(?<!\S){NAME}")
_OF_A_TEXT: Final = re.compile(
    r"(?<!\S)(?:zu|zum|fur|uber|bei|wegen|about|on|for|regarding|concerning) "
    r"(?:(?:der|dem|den|die|diese[mnr]?|this|that|the) (?:ganze[nr]? )?)?"
    rf"(?:texte?n?|mails?|vorlagen?|e-?mails?|nachricht|template|message|wording) (?!an |von |to |from |of |{NAME})"
)


def means_somebody(sentence: Sentence) -> bool:
    """Whether a person is named, be it in small letters, or meant by a word such as "her" or "this customer"."""
    text = folded(sentence)
    if _TITLED.search(text) or _PRONOUN.search(text) or _SOMEBODY.search(text):
        return True
    if any(not is_known(name) for pattern in _SMALL_NAME for name in pattern.findall(text)):
        return True
    is_shouted = all(word == word.upper() for word in sentence.words)
    return not is_shouted and (_CAPITAL.search(text) is not None or _has_name_like_a_word(sentence))


def _has_name_like_a_word(sentence: Sentence) -> bool:
    """Whether an article stands before a capital that is no noun known here: "der Lang"."""
    nouns = frozenset[str]().union(*map(word_list, ("us", "template", "time", "common", "nouns")))
    pairs = pairwise(sentence.words)
    return any(fold(one) in _ARTICLES and other[0].isupper() and fold(other) not in nouns for one, other in pairs)


def is_mere_name(sentence: Sentence) -> bool:
    """Whether it is nothing but names without a title, and places at work, as the last lines of a signature are."""
    text = folded(sentence)
    words = text.split()
    is_signed = all(word.startswith(NAME) or word == COMMA or word in word_list("common") for word in words)
    return is_signed and not _TITLED.search(text) and not _STARTS_WITH_PREPOSITION.match(text)


def is_about_a_text(text: str) -> bool:
    """Whether a folded sentence says that a text is meant."""
    return _OF_A_TEXT.search(text) is not None
