"""Which sends of one template belong together in one burst, and so in one nudge."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from app.nudge.facts import FlaggedSend

# Over a weekend: what went out on Friday afternoon and on Monday morning is one story for the rep.
LONGEST_GAP: Final = timedelta(days=3)


def continues(burst: Sequence[FlaggedSend], send: FlaggedSend) -> bool:
    """Whether a later send goes on with the burst; a send outside any template stands alone."""
    return send.template is not None and send.sent_at - burst[-1].sent_at <= LONGEST_GAP
