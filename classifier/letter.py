"""The parts of a letter around its message: greeting, closing formula, signature, disclaimer. German and English."""

import re
from collections.abc import Sequence
from itertools import takewhile

_UE, _SS, _AE, _OE = "(?:ü|ue)", "(?:ß|ss)", "(?:ä|ae)", "(?:ö|oe)"
_GRUESSE = f"gr{_UE}{_SS}"


def _any_of(*alternatives: str) -> str:
    return f"(?:{'|'.join(alternatives)})"


_GREETING = re.compile(
    r"\s*"
    + _any_of(
        *(
            r"sehr geehrte(?:[rs]|\(r\)|/r)?",
            "hallo",
            "hello",
            "hi",
            "hey",
            "liebe[rs]?",
            "(?:sehr )?verehrte[rs]?",
            "werte[rs]?",
        ),
        *(
            rf"(?:hoch)?gesch{_AE}tzte[rs]?",
            "dear",
            rf"(?:sch{_OE}nen )?guten (?:tag|tach|morgen|abend)",
            "good (?:day|morning|afternoon|evening)",
        ),
        *("morning?", "tach", f"gl{_UE}ck auf", "howdy", "hiya", "g['’]day", "moin", "servus", rf"{_GRUESSE}\s?gott"),
        *(f"{_GRUESSE} (?:dich|sie|euch)", f"gr{_UE}ezi", "greetings", "bonjour", "madame", "monsieur", "estimad[oa]"),
        *("buongiorno", "gentile", "beste", "geachte", "salut", "hola", "ciao"),
    )
    + r"(?!\w)",
    re.IGNORECASE,
)
_NAME_CALL = re.compile(
    r"\s*(?:(?:herr|frau|mr|mrs|ms|dr)\.?\s+)?[^\W\d_]+(?:[ -][^\W\d_]+)?\s?[,–—-]\s*$", re.IGNORECASE
)
_GREETING_END = re.compile(r"[,!:\n–—-]\s|(?<!\b[DM]r)(?<!\bMs)(?<!\bMrs)(?<!\bProf)\.\s")
_GREETING_WORDS = 8

_CLOSING = re.compile(
    r"\s*(?:(?:vielen |besten |herzlichen |lieben )?dank\w*(?: im voraus)?(?:,| und| &)?\s*|thanks(?: and|,)?\s*)?"
    + _any_of(
        rf"mit\s(?:\w+\s){{0,3}}(?:{_GRUESSE}(?:en)?|gru(?:ß|ss)|empfehlung(?:en)?|hochachtung|w{_UE}nschen|gl{_UE}ckauf)",
        rf"einen sch{_OE}nen (?:tag|abend|feierabend)(?: noch)?(?: w{_UE}nscht)?",
        rf"(?:(?:viele|liebe|beste|herzliche|sch{_OE}ne|freundliche|sonnige|kollegiale)n?\s){{1,2}}{_GRUESSE}e?",
        *(f"{_GRUESSE}e?", "gruß", "gruss", "mfg", "lg", "vg", "bg", "hg", "hochachtungsvoll", "ihr team", "hau rein"),
        *("bis (?:bald|dann)", "alles (?:gute|liebe)", r"with (?:\w+\s){1,3}(?:regards|wishes)"),
        r"(?:(?:best|kind|kindest|warm|warmest|many|yours)\s)?(?:regards|wishes|thanks)",
        *(
            "yours (?:sincerely|faithfully|truly)",
            "sincerely",
            "cheers",
            "bye(?: for now)?",
            "all the best",
            "all best",
        ),
        *("best", "thank you", "thanks", "talk soon", "take care"),
        *("cordialement", "saludos", "cordiali saluti", "met vriendelijke groet"),
    )
    + r"\b",
    re.IGNORECASE,
)
_BARE_THANKS = re.compile(
    r"\s*(?:(?:vielen|besten|herzlichen|lieben)\s)?dank\w*(?:\s(?:im voraus|schon mal|vorab))?\s*[!.,]*$", re.IGNORECASE
)
_CLOSING_LENGTH = 60
_THANKS_IN_PROSE = re.compile(
    r"\s*(?:thanks|thank you|best|many thanks|dank\w*|vielen dank)\s+(?!and\b|und\b|(?-i:[A-Z]))\w+", re.IGNORECASE
)
_DEVICE = re.compile(
    r"\s*"
    + _any_of(
        *("sent from (?:my|mail|outlook|yahoo)", "get outlook for", r"von meinem \w+ gesendet", "envoyé de mon"),
        *(f"gesendet (?:von|mit|{_UE}ber) (?:meinem|outlook|mail|der)", "diese nachricht wurde von meinem"),
    ),
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"--\s?$|_{2,}\s*$|-{3,}\s*$|={3,}\s*$|\*{3,}\s*$")
_DISCLAIMER = re.compile(
    r"\W{0,4}"
    + _any_of(
        r"this (?:e-?mail|message|communication)\b.{0,60}\b(?:confidential|intended|privileged|contains?)",
        "the (?:information|contents?) (?:contained )?in this (?:e-?mail|message)",
        *(
            r"confidential(?:ity)?(?: notice| note)?\s?:",
            r"disclaimer\b",
            "(?:please consider|think) .{0,20}environment",
        ),
        rf"diese (?:e-?mail|nachricht)\b.{{0,60}}\b(?:vertraulich|enth{_AE}lt|ist)",
        "der inhalt dieser (?:e-?mail|nachricht)",
        rf"bitte (?:denken sie|pr{_UE}fen sie)\b.{{0,40}}\b(?:umwelt|ausdruck\w*|druck\w*)",
        *(rf"gesch{_AE}ftsf{_UE}hr(?:er|ung|erin)\w*\s?:", "registergericht", r"amtsgericht \w+,? hr", r"hrb\s?\d"),
        *(
            "you(?:['’]re| are) receiving this",
            "sie erhalten diese (?:e-?mail|nachricht)",
            "wenn sie diese (?:e-?mail|nachricht)",
        ),
        *(
            "if you (?:no longer|are not|have received|do not) ",
            "please (?:delete|notify|consider)\\b.{0,60}\\b(?:print|sender|error)",
        ),
        *("sitz der gesellschaft", "ust-?id", "registered (?:in england|office|company)"),
        *(r"company (?:no|number|registration)\b", "vat (?:no|number|reg)"),
    ),
    re.IGNORECASE,
)
_OPENS_SIGNATURE = re.compile(
    "|".join(formula.pattern for formula in (_DELIMITER, _DEVICE, _DISCLAIMER)), re.IGNORECASE
)
_POSTSCRIPT = re.compile(r"\s*p\.?\s?(?:p\.?\s?)?s\b\.?\s?:?", re.IGNORECASE)
_NAME_BREAK = re.compile(r"\s*[,|/(+–•]|\s-\s")
_SENTENCE_END = re.compile(r"[.?!:…]\W{0,4}$")
_SENTENCE_END_REACH = 6  # characters at the end of a line where it is looked for
_CONTACT = re.compile(
    r"\d[\d /().-]{5,}\d|@|\bwww\.|\.(?:example|de|com|net|org|at|ch|eu|io|co\.uk|ie)\b|\s[|·•]\s"
    r"|\b(?:gmbh|ag|kg|ohg|e\.\s?k|ltd|llc|inc|plc|corp|s\.r\.o)\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-*•–+>]|\d+[.)])\s")
_INITIALS = re.compile(r"\s*(?:Ihre?r? )?(?:[\w'’-]{1,20}\s)?(?:[^\W\d_]\.[\s-]?){1,3}\s*$")
_CONTACT_LENGTH = 90
_CONTACT_REACH = 8  # lines of a signature without a closing formula
_NAME_REACH = 6  # lines of company, street and phone that may follow a bare name
_TAIL_LINES = 25  # a signature with its disclaimer is not longer than this
_PROSE_WORDS = 40  # more words than this in one line are a paragraph, not a signature


def message_lines(lines: Sequence[str], sender_words: frozenset[str], recipient_words: frozenset[str]) -> list[str]:
    """Return the lines of the message alone: without greeting, signature and disclaimer; postscripts stay.

    The casefolded words of the sender's and the recipients' names tell a bare name at the end and an odd greeting.
    """
    filled = [line for line in lines if line.strip()]
    if not filled:
        return []
    body = _without_greeting(filled, recipient_words)
    if body and len(body[0].split()) <= _GREETING_WORDS:
        body = _without_greeting(body, recipient_words)
    end = _signature_start(body, sender_words)
    return body[:end] + _postscripts(body[end:])


def greeting_opening(line: str) -> str:
    """Return the words with which a greeting begins, such as "Lieber"; empty where the line begins otherwise."""
    found = _GREETING.match(line)
    return found[0] if found else ""


def _without_greeting(lines: list[str], recipient_words: frozenset[str]) -> list[str]:
    first = lines[0]
    if _NAME_CALL.match(first) or _calls_by_name(first, recipient_words):
        return lines[1:]
    if not _GREETING.match(first):
        return lines
    stop = _GREETING_END.search(first + "\n ")
    head, rest = (first[: stop.start()], first[stop.end() :]) if stop else (first, "")
    if len(head.split()) > _GREETING_WORDS:
        return lines
    return [rest, *lines[1:]] if rest.strip() else lines[1:]


def _calls_by_name(line: str, recipient_words: frozenset[str]) -> bool:
    words = line.split(maxsplit=4)
    return (
        len(words) <= 4
        and line.rstrip()[-1] not in ".?"
        and any(word.casefold().strip(",!-–") in recipient_words for word in words)
    )


def _signature_start(lines: Sequence[str], sender_words: frozenset[str]) -> int:
    """Return the number of the first line of the signature, or the number of lines where there is none."""
    end = len(lines)
    last_contact = next((number for number in reversed(range(end)) if _is_contact_line(lines[number])), -1)
    for number in range(max(0, end - _TAIL_LINES), end):
        if _starts_signature(lines[number], number, sender_words) and not _prose_follows(lines, number):
            return number
        if number > 0 and _only_contact_lines(lines[number + 1 :]) and _is_bare_name(lines[number]):
            return number
        if number > 0 and (number < last_contact or number == end - 1) and _is_contact_block(lines[number:]):
            return number
    return end


def _starts_signature(line: str, number: int, sender_words: frozenset[str]) -> bool:
    if _OPENS_SIGNATURE.match(line):
        return True
    if number == 0 or len(line) > _CLOSING_LENGTH:
        return False
    if _BARE_THANKS.match(line):
        return True
    if _CLOSING.match(line):
        return _THANKS_IN_PROSE.match(line) is None
    words = line.casefold().split()
    return 0 < len(words) <= 3 and sender_words.issuperset(word.strip(".,-") for word in words)


def _is_bare_name(line: str) -> bool:
    """Whether a line is a name alone, or a name before company and place: "Luis", "Simone Falk, Leipzig"."""
    if _ends_sentence(line):
        return False
    words = _NAME_BREAK.split(line[:_CLOSING_LENGTH], maxsplit=1)[0].split()
    return 0 < len(words) <= 4 and all(word[0].isupper() for word in words)


def _ends_sentence(line: str) -> bool:
    return _SENTENCE_END.search(line[-_SENTENCE_END_REACH:]) is not None


def _only_contact_lines(lines: Sequence[str]) -> bool:
    return len(lines) <= _NAME_REACH and all(len(line.split()) <= 10 and not _ends_sentence(line) for line in lines)


def _is_contact_block(lines: Sequence[str]) -> bool:
    """Whether the rest is a signature that begins with no known formula: short lines, one of them an address or number.

    A legal notice may follow. A line of one or two words at the very end is a name, however it is written.
    """
    if len(lines) == 1 and _INITIALS.match(lines[0]):
        return True
    if not _is_short(lines[0]) or _BULLET.match(lines[0]) or _ends_sentence(lines[0]):
        return False
    block = list(takewhile(_is_short, lines[:_CONTACT_REACH]))
    rest = lines[len(block) :]
    if any(_CONTACT.search(line) for line in block[1:]):
        return not rest or _DISCLAIMER.match(rest[0]) is not None or (len(block) > 2 >= len(rest))
    return len(block) == len(lines) == 1 and len(block[0].split()) <= 2 and not any(map(str.isdigit, block[0]))


def _is_short(line: str) -> bool:
    if len(line) > _CONTACT_LENGTH or len(line.split()) > 10:
        return False
    return not (_DISCLAIMER.match(line) or _POSTSCRIPT.match(line))


def _prose_follows(lines: Sequence[str], number: int) -> bool:
    """Whether the text goes on after what looked like a closing line; a legal notice may be long, though."""
    following = lines[number + 1 :]
    if not any(len(line) > 2 * _PROSE_WORDS for line in following):
        return False
    for line in following:
        if _DISCLAIMER.match(line) or _POSTSCRIPT.match(line) or _is_contact_line(line):
            return False
        if len(line.split()) > _PROSE_WORDS:
            return True
    return False


def _is_contact_line(line: str) -> bool:
    return len(line) <= _CONTACT_LENGTH and len(line.split()) <= 10 and _CONTACT.search(line) is not None


def _postscripts(lines: Sequence[str]) -> list[str]:
    starts = [number for number, line in enumerate(lines) if _POSTSCRIPT.match(line)]
    return [line for number in starts[:1] for line in lines[number : number + 4] if _DISCLAIMER.match(line) is None]
