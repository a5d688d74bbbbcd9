"""What a rep said, as the page says it back: the words, and when, how and for when it was said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.store import feedback, followers
from app.store.schema import Feedback, Nudge, Send
from app.store.states import FeedbackKind
from app.texts import Translator
from app.web.answers import Answer, answer


@dataclass(frozen=True, slots=True)
class ToldAnswer:
    """`answer.told` is the sentence; `details` are further ones, perhaps none."""

    answer: Answer
    details: tuple[str, ...]


def told_of(
    session: Session, texts: Translator, about: Send | Nudge, moment: Callable[[datetime], str]
) -> list[ToldAnswer]:
    """What stands for a send or a nudge, each kind once."""
    words = {word.kind: word for word in feedback.words_of(session, about)}
    again = _comes_again_at(session, about) if FeedbackKind.LATER in words else None
    return [
        ToldAnswer(answer(texts, kind), tuple(_details(texts, words[kind], again, moment)))
        for kind in FeedbackKind
        if kind in words
    ]


def _comes_again_at(session: Session, about: Send | Nudge) -> datetime | None:
    nudge_id = about.id if isinstance(about, Nudge) else about.nudge_id
    return followers.comes_again_at(session, nudge_id) if nudge_id else None


def _details(texts: Translator, word: Feedback, again: datetime | None, moment: Callable[[datetime], str]) -> list[str]:
    details = []
    if word.kind is FeedbackKind.WILL_CALL and word.at is not None:
        details.append(texts.gettext("The call is planned for %(moment)s.", moment=moment(word.at)))
    if word.kind is FeedbackKind.LATER and again is not None:
        details.append(texts.gettext("The note comes once more on %(moment)s.", moment=moment(again)))
    if word.by_mail:
        details.append(texts.gettext("You answered so by mail on %(moment)s.", moment=moment(word.created_at)))
    return details
