"""Doubts about an answer that likelihood alone must not overrule: whose stop it is, and whether a call was made at all.

Reads folded words, German and English alike.
"""

import re
from collections.abc import Sequence
from typing import Final

from app.nudge.answer_text import COMMA, Sentence
from app.nudge.folding import folded

_MEANS_SOMEBODY: Final = re.compile(
    r"\b(?:er|ihn|ihm|he|him|hes|hell|she|her|shes|shell|his|sein(?:e[mnrs]?)?"
    r"|(?:bei|mit|zu|von|an|fur|wegen|uber) ihr"
    r"|sie (?:ist|hat|war|wird|wurde|will|mochte|mag|arbeitet|geht|kommt|braucht|sagt|sagte))\b"
    r"|\b(?:der|die|den|dem|dieser?|diese[mn]|the|this|that|my|our|mein\w{0,2}|unser\w{0,2}) "
    r"(?:kund(?:e|in)|kontakt|ansprechpartner|empfanger|person|dame|herrn?|kolleg(?:e|in)|schwester|bruder|mann|frau"
    r"|vater|mutter|eltern|tochter|sohn|onkel|tante|cousin|cousine|schwager|freund|nachbar|chef|vermieter|lieferant"
    r"|customer|contact|client|recipient|lady|gentleman|guy|man|woman|bloke|colleague|neighbou?r|friend|wife|husband"
    r"|sister|brother|father|mother|parents|dad|mum|son|daughter|uncle|aunt|boss|landlord|landlady|supplier|partner)"
    r"(?:in)?\b|\b(?:ist|is|has) (?:tot|verstorben|dead|died|retired|left|in (?:rente|elternzeit|mutterschutz))\b"
)
_OF_A_TEXT: Final = re.compile(
    r"\b(?:zu|zum|fur|uber|bei|wegen|about|on|for|regarding|concerning) "
    r"(?:(?:der|dem|den|die|diese[mnr]?|this|that|the) (?:ganze[nr]? )?)?"
    r"(?:texte?n?|mails?|vorlagen?|e-?mails?|nachricht|rundschreiben|einladung|template|message|wording|invitation) "
    r"(?!an |von |to |from |of )"
)
# Whoever speaks of mails of their own, or keeps the notes, stops none.
_STOPS_SOMETHING_ELSE: Final = re.compile(
    r"\b(?:ich|wir) (?:(?!mir |uns )[^\s,]+ ){0,2}?(?:schreib\w*|schick\w*|verschick\w*|versend\w*) "
    r"(?:(?!mir |uns )[^\s,]+ ){0,4}?(?:keine?n?|nichts|nix|nie)\b"
    r"|\b(?:i|we|id|ill|im) (?:(?!you |your )[^\s,]+ ){0,5}?(?:stop|quit|stopping) (?:sending|writing|mailing)\b"
    r"|\b(?:nicht|nich|ned|net|nie|dont|do not|never) (?:[^\s,]+ ){0,4}"
    r"(?:abschalten|abstellen|ausschalten|aufhoren|stoppen|abbestellen|abmelden|loschen|stop|turn|switch|unsubscribe"
    r"|mute|cancel|end)\b"
    r"|\bin ruhe (?!lassen|gelassen)\w+en\b"
    r"|\b(?:kunden?|kundin\w*|customers?|clients?|they|she|he|leute|people|everyone) "
    r"(?:[^\s,]+ ){0,3}(?:wollen|will|mochten?|want|wants|would|asked|said|says|sagt|sagen)\b"
)
_TAKES_STOP_BACK: Final = re.compile(
    r"\b(?:take|took|taking|nehm\w*|nimm|hol\w*|zieh\w*) (?:[^\s,]+ ){0,6}(?:back|zuruck)\b"
    r"|\b(?:undo|revoke|ruckgangig|versehen\w*|by mistake|didnt mean|back on|wieder (?:an|ein)|doch nicht)\b"
)
_ASKS_POLITELY: Final = re.compile(
    r"(?:(?:bitte|please|and|und) )*(?:kannst|konnen|konnt|konnte\w*|can|could|would|will|wurde\w*|magst|mogen)\b"
)
# Words that take a claim back: "hab angerufen. Ach ne, das war die andere", "called. Sorry, no, I haven't".
_TAKES_BACK: Final = re.compile(
    r"(?:^|, )(?:(?:ach|oh|ah|sorry|ups|oops|halt|moment|warte|wait|hm|hmm|actually|err?|hang on) (?:, )?)+"
    r"(?:no|nope|nein|nee?|noe|doch nicht|stimmt nicht)(?= (?:,|i\b|ich|das|that|it|hab|$)| $)"
    r"|(?:^|, )(?:no |nein |nee? |doch )?(?:, )?(?:i (?:havent|didnt|have not|did not)|das war ich nicht"
    r"|(?:hab|habe) ich (?:doch |noch |gar )*nicht) (?=$|, )"
    r"|(?:das|that|it) (?:war|was) (?:die|der|das|wer|jemand|the|some|an) ?(?:falsche?|ander\w*|other|wrong|one else)"
)


def may_stop_something_else(sentences: Sequence[Sentence], *, is_named: bool) -> bool:
    """Whether words of stopping may be meant for a person, for mails of the rep, or are but asked about."""
    text = f"{COMMA} ".join(map(folded, sentences))
    if _STOPS_SOMETHING_ELSE.search(text) or _TAKES_STOP_BACK.search(text) or any(map(_is_real_question, sentences)):
        return True
    return (is_named or _MEANS_SOMEBODY.search(text) is not None) and _OF_A_TEXT.search(text) is None


def is_taken_back(sentences: Sequence[Sentence]) -> bool:
    """Whether a later clause says that what was claimed first is not so."""
    _, _, later = "".join(f"{folded(sentence)}, " for sentence in sentences).partition(f"{COMMA} ")
    return _TAKES_BACK.search(later) is not None


def _is_real_question(sentence: Sentence) -> bool:
    return sentence.is_question and _ASKS_POLITELY.match(folded(sentence)) is None
