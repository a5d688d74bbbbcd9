"""The one reply to an answer that was not understood: which words work, and the page where buttons do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.mail.letter import Letter
from app.nudge.compose import SENDER_NAME, Thread
from app.nudge.quoting import bare_subject
from app.texts import Language, Tone, Translator, translator
from app.texts.mail_templates import render_mail

_: Final = str  # marks a text for the catalogues; it is said later, in the reader's language

# What to write, and what comes of it.
WORDS: Final = (
    (_("called"), _("the call is noted")),
    (_("will call tomorrow at ten"), _("the plan to call is noted")),
    (_("later, or simply: on Thursday"), _("the note comes once more")),
    (_("wrong"), _("mails with this text leave the list")),
    (_("not for Anna Weber"), _("mail to this person is personal and leaves the list")),
    (_("stop"), _("no more notes about this text")),
    (_("undo"), _("the last answer no longer counts")),
)


@dataclass(frozen=True, slots=True)
class HelpFacts:
    """All that the reply says. `thread` ends with the answer; `subject` is that of the conversation, or empty."""

    rep: str
    language: Language
    tone: Tone
    now: datetime
    message_id: str
    page: str
    thread: Thread | None
    subject: str


def compose_help(facts: HelpFacts) -> Letter:
    """The letter, dated `facts.now`."""
    texts = translator(facts.language, facts.tone)
    mail = render_mail("help", facts.language, facts.tone, words=_words(texts), page=facts.page)
    return Letter(
        sender_name=SENDER_NAME,
        rep=facts.rep,
        subject=f"Re: {bare_subject(facts.subject)}" if facts.subject else mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=facts.message_id,
        date=facts.now,
        in_reply_to=facts.thread.message_id if facts.thread else None,
        references=(*facts.thread.references, facts.thread.message_id) if facts.thread else (),
        kind="help",
    )


def _words(texts: Translator) -> list[tuple[str, str]]:
    return [(texts.gettext(word), texts.gettext(effect)) for word, effect in WORDS]
