"""The states that rows pass through, as words that are stored and shown."""

from enum import StrEnum
from typing import Final


class MailboxState(StrEnum):
    """Whether a mailbox is watched. Health (last contact, reason) stands beside it."""

    READING = "reading"  # the first read of the last 90 days
    WATCHED = "watched"
    WAITING = "waiting"  # unreachable for now; tried again at `next_attempt_at`
    ATTENTION = "attention"  # only the rep can mend it: password, folder, certificate
    PAUSED = "paused"


# Why a mailbox stands still without the rep's word.
PAUSED_BY_ITSELF: Final = frozenset({"renumbered_too_often"})


class NudgeState(StrEnum):
    """`planned -> intent -> delivered`, or `silent` with the reason. `intent` is committed before the APPEND."""

    PLANNED = "planned"
    INTENT = "intent"
    DELIVERED = "delivered"
    SILENT = "silent"
    FAILED = "failed"


class NudgeKind(StrEnum):
    """What a nudge row is: the nudge about a burst, a digest of several, or what follows one of them by the rep's own
    doing, each at most once."""

    NUDGE = "nudge"
    DIGEST = "digest"  # bursts that are told of in one mail point to it, and take its state
    AGAIN = "again"  # the rep wanted it later: the same once more
    HELP = "help"  # the rep's answer was not understood: how to answer


class FeedbackKind(StrEnum):
    """What a rep says of a nudge or a send."""

    CALLED = "called"
    WILL_CALL = "will_call"
    NOT_A_TEMPLATE = "not_a_template"
    NOT_FOR_PERSON = "not_for_person"
    LATER = "later"
    STOP = "stop"
