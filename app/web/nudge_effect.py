"""Whether notes do anything, in one honest sentence for the rep who lets some of them be left out."""

from sqlalchemy.orm import Session
from starlette.requests import Request

from app.nudge.effect import LEAST_IN_A_GROUP, SPAN, Effect, effect_of
from app.store.outcomes import outcomes
from app.store.schema import Mailbox
from app.texts import Translator
from app.web.context import web_of
from app.web.rendering import texts_of


def told_effect(request: Request, session: Session, mailbox: Mailbox) -> str:
    """Empty where nothing is left out."""
    if not mailbox.rules.get("hold_out"):
        return ""
    effect = effect_of(outcomes(session, mailbox.id, SPAN, web_of(request).clock()))
    return spoken_effect(texts_of(request), effect)


def spoken_effect(texts: Translator, effect: Effect) -> str:
    """What was counted, and how much that tells."""
    if effect.nudged.of + effect.held_out.of == 0:
        return texts.gettext("Nothing can be counted yet: a note counts two weeks after it came or was left out.")
    counted = texts.gettext(
        "Mails got more personal after %(followed)s of %(notes)s notes, and after %(others)s of %(held_out)s that were "
        "left out.",
        followed=effect.nudged.count,
        notes=effect.nudged.of,
        others=effect.held_out.count,
        held_out=effect.held_out.of,
    )
    return f"{counted} {_verdict(texts, effect)}"


def _verdict(texts: Translator, effect: Effect) -> str:
    difference = effect.difference
    if difference is None:
        return texts.gettext("That is too few to tell; it takes at least %(least)s of each.", least=LEAST_IN_A_GROUP)
    low, high = (round(100 * end) for end in (difference.interval.low, difference.interval.high))
    if not difference.is_told_from_chance:
        return texts.gettext(
            "That may be chance: the difference lies between %(low)s and %(high)s percentage points.",
            low=low,
            high=high,
        )
    return texts.gettext(
        "The difference lies between %(low)s and %(high)s percentage points, which is hardly chance.",
        low=low,
        high=high,
    )
