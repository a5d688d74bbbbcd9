"""What became of the nudge about a send, in words: a label for lists and a sentence that says why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.nudge.policy import Why
from app.store.feedback import Said
from app.store.schema import Nudge, Send
from app.store.states import FeedbackKind, NudgeState
from app.texts import Translator
from app.texts.problems import describe_problem
from app.web.answers import answer

# In a list the rep's own last word counts more than what Zuruf did.
_SPOKEN_FIRST: Final = (
    FeedbackKind.CALLED,
    FeedbackKind.NOT_A_TEMPLATE,
    FeedbackKind.NOT_FOR_PERSON,
    FeedbackKind.STOP,
    FeedbackKind.LATER,
)


@dataclass(frozen=True, slots=True)
class NudgeWords:
    """`tone` is `good`, `warn`, `bad` or empty; it only colours what the words say."""

    tone: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class NudgeTeller:
    """Tells of nudges in one language; `moment` writes a time as the reader's clock shows it."""

    texts: Translator
    moment: Callable[[datetime], str]

    def label(self, send: Send, nudge: Nudge | None, said: Said) -> NudgeWords:
        """For a list: the rep's own word where there is one."""
        for kind in _SPOKEN_FIRST:
            if kind in said:
                spoken = answer(self.texts, kind)
                return NudgeWords(spoken.tone, spoken.label, spoken.told)
        return self.state(send, nudge)

    def state(self, send: Send, nudge: Nudge | None) -> NudgeWords:
        """What Zuruf did or will do."""
        gettext = self.texts.gettext
        if nudge is None:
            return NudgeWords("", gettext("No note"), self._why_none(send))
        match nudge.state:
            case NudgeState.PLANNED:
                return self._planned(nudge)
            case NudgeState.INTENT:
                return self._on_its_way(nudge)
            case NudgeState.DELIVERED:
                return self._delivered(nudge)
            case NudgeState.FAILED:
                return self._failed(nudge)
            case NudgeState.SILENT:
                return NudgeWords("", gettext("No note"), self._why_silent(nudge.decision))

    def _why_none(self, send: Send) -> str:
        if not send.flagged:
            return self.texts.gettext("There is nothing here that would bring a note.")
        if send.nudgeable:
            return self.texts.gettext("An earlier answer of yours had kept this mail off your list.")
        return self.texts.gettext("This mail is older than your connection to Zuruf; such mails never bring a note.")

    def _delivered(self, nudge: Nudge) -> NudgeWords:
        gettext = self.texts.gettext
        if nudge.delivered_at is None:
            return NudgeWords("good", gettext("In your inbox"), gettext("The note is in your inbox."))
        at = self.moment(nudge.delivered_at)
        return NudgeWords(
            "good", gettext("In your inbox"), gettext("The note has been in your inbox since %(moment)s.", moment=at)
        )

    def _on_its_way(self, nudge: Nudge) -> NudgeWords:
        gettext = self.texts.gettext
        if nudge.last_error is None and nudge.attempts <= 1:
            return NudgeWords("warn", gettext("On its way"), gettext("The note is being put into your inbox."))
        sentence = gettext("It is not certain whether the note arrived. Zuruf looks for it before it tries once more.")
        return NudgeWords("warn", gettext("On its way"), sentence)

    def _failed(self, nudge: Nudge) -> NudgeWords:
        gettext = self.texts.gettext
        sentence = gettext("The note could not be put into your inbox. Zuruf has given up on this one.")
        why = self._why(nudge.last_error) if nudge.last_error else ""
        return NudgeWords("bad", gettext("Not delivered"), f"{sentence} {why}".rstrip())

    def _why(self, code: str) -> str:
        """What a server said last, and what can be done about it."""
        problem = describe_problem(self.texts, code)
        return f"{problem.happened} {problem.advice}".rstrip()

    def _not_taken(self, code: str, at: str) -> NudgeWords:
        gettext = self.texts.gettext
        later = gettext("The next try is on %(moment)s.", moment=at)
        return NudgeWords("warn", gettext("Not accepted yet"), f"{self._why(code)} {later}")

    def _planned(self, nudge: Nudge) -> NudgeWords:
        gettext = self.texts.gettext
        at = self.moment(nudge.due_at) if nudge.due_at else "?"
        if nudge.last_error is not None:
            return self._not_taken(nudge.last_error, at)
        match nudge.decision:
            case Why.QUIET:
                sentence = gettext("The note waits for the end of your quiet hours on %(moment)s.", moment=at)
                return NudgeWords("warn", gettext("After quiet hours"), sentence)
            case Why.CAP:
                sentence = gettext(
                    "You have had your number of notes for now. This one comes at the earliest on %(moment)s.",
                    moment=at,
                )
                return NudgeWords("warn", gettext("On a later day"), sentence)
            case Why.SETTLING:
                sentence = gettext(
                    "The note waits until no more mails with this text follow, as it stands until %(moment)s.",
                    moment=at,
                )
                return NudgeWords("warn", gettext("Coming soon"), sentence)
        return NudgeWords("warn", gettext("Coming soon"), gettext("Zuruf is about to decide on a note."))

    def _why_silent(self, decision: str | None) -> str:
        gettext = self.texts.gettext
        match decision:
            case Why.STOPPED:
                return gettext("You want no notes about this text.")
            case Why.BEFORE_CONNECTING:
                return gettext("This mail is older than your connection to Zuruf; such mails never bring a note.")
            case Why.TOO_FEW:
                return gettext("Too few people got this text for a note.")
            case Why.SAME_TEMPLATE:
                return gettext("There was a note about this text in the last seven days.")
            case Why.CAP:
                return gettext("You had your number of notes for those days, and later it would have been stale.")
            case Why.TOO_LATE:
                return gettext("Your mailbox could not be reached for a while, and later a note would have been stale.")
        return gettext("Zuruf decided against a note.")
