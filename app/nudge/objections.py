"""Whether somebody asked, in an own mail, not to be called or written to: nobody who did is suggested (de, en, fr).

A wish not to be called stands until it is withdrawn (GDPR article 21 (2), UWG section 7): in doubt it was said.
"""

import re
from typing import Final

from app.nudge.own_text import own_lines

_OBJECTS: Final = re.compile(
    r"(?:rufen sie|ruf|kontaktieren sie|schreiben sie)\b[^.!?]{0,40}\b(?:nicht|nie)\b[^.!?]{0,20}\b(?:mehr|wieder|an\b)"
    r"|keine\w{0,2}\s(?:weiteren?\s|telefonischen?\s)?(?:werbe|anrufe|telefonate|werbung|angebotsmails|werbemails)"
    r"|(?:nicht|nie)\s(?:mehr\s|telefonisch\s|wieder\s){1,2}(?:angerufen|kontaktiert|angeschrieben|kontaktieren|anrufen)"
    r"|(?:aus|von)\s(?:dem|ihrem|ihrer|der|euerem|eurem)\s(?:\w+-?)?(?:verteiler|mailingliste|liste)\b"
    r"|widersprech\w+[^.!?]{0,60}(?:werb|kontakt|verarbeitung|nutzung)"
    r"|sehen sie (?:bitte )?von (?:weiteren )?(?:anruf|kontakt)"
    r"|(?<!why )(?:do not|don['’]t|never|stop|please no|no more)\s(?:\w+\s){0,2}"
    r"(?:calls?|calling|phone|phoning|ring|cold.call|contact|contacting|e-?mailing)\b"
    r"(?!\s(?:before|until|on|today|tomorrow|this|next|him|her|them|it))"
    r"|(?:remove|take) (?:me|us|my|our)\b[^.!?]{0,40}\b(?:list|database|system|off)"
    r"|unsubscribe (?:me|us)|opt(?:ing)? (?:me )?out"
    r"|ne (?:plus|pas) (?:me |nous )(?:appeler|contacter|d[ée]marcher)"
    r"|ne (?:m|nous )['’]?(?:appelez|contactez) (?:plus|pas)",
    re.IGNORECASE,
)


def objects_to_contact(text: str) -> bool:
    """Whether the sender's own lines of a mail say so; what is quoted below does not count."""
    return _OBJECTS.search(" ".join(own_lines(text))) is not None
