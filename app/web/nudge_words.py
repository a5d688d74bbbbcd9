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
    FeedbackKind.WILL_CALL,
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
        if nudge.digest_id is not None:
            told = gettext("It was told of in the mail with several notes of %(moment)s.", moment=at)
            return NudgeWords("good", gettext("In your inbox"), told)
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
        why = describe_problem(self.texts, nudge.last_error).happened if nudge.last_error else ""
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
        at = self.moment(nudge.due_at) if nudge.due_at else "?"
        if nudge.last_error is not None:
            return self._not_taken(nudge.last_error, at)
        label, sentence = self._wait_for_open(nudge.decision, at) or self._wait_for_rep(nudge.decision, at)
        return NudgeWords("warn", label, sentence)

    def _wait_for_open(self, decision: str | None, at: str) -> tuple[str, str] | None:
        """Label and sentence where only time has to pass."""
        gettext = self.texts.gettext
        match decision:
            case Why.SETTLING:
                return gettext("Coming soon"), gettext(
                    "The note waits until no more mails with this text follow, as it stands until %(moment)s.",
                    moment=at,
                )
            case Why.QUIET:
                return gettext("After quiet hours"), gettext(
                    "The note waits for the end of your quiet hours on %(moment)s.", moment=at
                )
            case Why.HOLIDAY:
                return gettext("After the holiday"), gettext(
                    "The note waits for the end of the public holiday, until %(moment)s.", moment=at
                )
        return None

    def _wait_for_rep(self, decision: str | None, at: str) -> tuple[str, str]:
        """Label and sentence where the rep wanted it so."""
        gettext = self.texts.gettext
        match decision:
            case Why.CAP:
                return gettext("On a later day"), gettext(
                    "You have had your number of notes for now. This one comes at the earliest on %(moment)s.",
                    moment=at,
                )
            case Why.SNOOZED:
                return gettext("On a later day"), gettext(
                    "You wanted no notes for a while. This one comes at the earliest on %(moment)s.", moment=at
                )
            case Why.BACKING_OFF:
                return gettext("On a later day"), gettext(
                    "As the last notes had no answer, fewer come. This one comes at the earliest on %(moment)s.",
                    moment=at,
                )
            case Why.DIGEST:
                return gettext("In the digest"), gettext("This will be part of your digest on %(moment)s.", moment=at)
        return gettext("Coming soon"), gettext("Zuruf is about to decide on a note.")

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
                return gettext("By the time it could have come, a note would have been stale.")
            case Why.NOT_FOR_PERSON:
                return gettext("You want no notes about these people.")
            case Why.WRONG:
                return gettext("You said lately that a note of this kind was wrong.")
            case Why.DOUBTED:
                return gettext("You said of the last two notes that they were wrong, so Zuruf waits for more people.")
            case Why.SNOOZED:
                return gettext("You wanted no notes for a while, and later this one would have been stale.")
            case Why.BACKING_OFF:
                return gettext("As the last notes had no answer, fewer come.")
            case Why.HELD_OUT:
                return gettext("It was left out by chance, as you allowed, to see whether notes do anything.")
        return gettext("Zuruf decided against a note.")
