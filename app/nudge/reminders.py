"""How a reminder by the rep's own rule speaks: gently, plainly or frankly, as the rep chose. Kind in each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from app.nudge.contacts import CallSuggestion, NextStep
from app.nudge.contacts import next_step as easiest_step
from app.nudge.spoken_people import spoken_name
from app.nudge.variants import Voice
from app.nudge.wording import next_step, spoken_count


class ReminderTone(StrEnum):
    """GENTLE suggests and leaves time, as all other nudges do; PLAIN only tells; FRANK asks for the step at once."""

    GENTLE = "gentle"
    PLAIN = "plain"
    FRANK = "frank"


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A nudge once the same text went to more than so many people, in this tone."""

    people: int
    tone: ReminderTone = ReminderTone.GENTLE


def spoken_rule(voice: Voice, rule: OwnRule) -> str:
    """That it is the rep's own rule."""
    gettext = partial(voice.texts.gettext, people=spoken_count(voice.texts, rule.people))
    match rule.tone:
        case ReminderTone.GENTLE:
            sentences = (
                gettext("You wanted to know once a text goes to more than %(people)s people. There is no hurry."),
                gettext(
                    "Here is the small reminder you wanted for more than %(people)s people. If now is not the time, "
                    "that is fine, too."
                ),
            )
        case ReminderTone.PLAIN:
            sentences = (
                gettext("That is more than the %(people)s of your own rule."),
                gettext("Your own rule: a reminder for more than %(people)s people."),
            )
        case ReminderTone.FRANK:
            sentences = (
                gettext("You asked for a clear word once a text goes to more than %(people)s people. Here it is."),
                gettext("More than %(people)s people: that is the mark you set yourself."),
            )
    return voice.one_of("rule", *sentences)


def step_of_reminder(voice: Voice, tone: ReminderTone, suggestions: Sequence[CallSuggestion], recipients: int) -> str:
    """One easy thing to do next, as `wording.next_step`, in this tone; `recipients` are more than one."""
    match tone:
        case ReminderTone.GENTLE:
            return next_step(voice, suggestions, recipients)
        case ReminderTone.PLAIN:
            return _plain_step(voice, suggestions)
        case ReminderTone.FRANK:
            return _frank_step(voice, suggestions)


def _plain_step(voice: Voice, suggestions: Sequence[CallSuggestion]) -> str:
    step = easiest_step(suggestions)
    if step is NextStep.WRITE_TO_ONE:
        return voice.texts.gettext(
            "There is nobody to call: Zuruf names only people who have written to you from a business address. You "
            "could write a few lines of your own to one person."
        )
    ngettext = partial(voice.texts.ngettext, n=len(suggestions), name=spoken_name(suggestions[0]))
    match step:
        case NextStep.CALL:
            return ngettext("You could call %(name)s:", "You could call one of these people:")
        case NextStep.ANSWER_LAST_MAIL:
            return ngettext(
                "No phone number is known; you could answer the last mail from %(name)s.",
                "No phone numbers are known; you could answer the last mail from one of these people.",
            )
        case NextStep.ASK_FOR_NUMBER:
            return ngettext(
                "No phone number is known; you could ask %(name)s for it.",
                "No phone numbers are known; you could ask one of these people.",
            )


def _frank_step(voice: Voice, suggestions: Sequence[CallSuggestion]) -> str:
    step = easiest_step(suggestions)
    if step is NextStep.WRITE_TO_ONE:
        return voice.texts.gettext(
            "Zuruf knows nobody to call here. Choose one person and write two sentences that fit nobody else, before "
            "the next copy goes out."
        )
    ngettext = partial(voice.texts.ngettext, n=len(suggestions), name=spoken_name(suggestions[0]))
    match step:
        case NextStep.CALL:
            return voice.one_of(
                "step",
                ngettext(
                    "Ring %(name)s before the next copy goes out:",
                    "Ring one of these people before the next copy goes out:",
                ),
                ngettext(
                    "Take five minutes now and ring %(name)s:",
                    "Take five minutes now and ring one of these people:",
                ),
            )
        case NextStep.ANSWER_LAST_MAIL:
            return ngettext(
                "Answer the last mail from %(name)s before the next copy goes out: two sentences of your own, and a "
                "line asking when a call would suit.",
                "Choose one of these people and answer the last mail before the next copy goes out: two sentences of "
                "your own, and a line asking when a call would suit.",
            )
        case NextStep.ASK_FOR_NUMBER:
            return ngettext(
                "Ask %(name)s for a phone number before the next copy goes out, in two sentences of your own.",
                "Ask one of these people for a phone number before the next copy goes out, in two sentences of your "
                "own.",
            )
