"""Which sends of one template belong together in one burst, and so in one nudge."""

from collections.abc import Sequence

from app.nudge.facts import FlaggedSend
from app.store.nudges import LONGEST_GAP


def continues(burst: Sequence[FlaggedSend], send: FlaggedSend) -> bool:
    """Whether a later send goes on with the burst; a send outside any template stands alone."""
    return send.template is not None and send.sent_at - burst[-1].sent_at <= LONGEST_GAP
