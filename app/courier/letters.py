"""From a burst to the bytes of its nudge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.courier.bursts import Burst
from app.mail.letter import compose
from app.nudge.action_links import ActionLink, ActionLinks
from app.nudge.calendar_file import next_call_slot
from app.nudge.compose import NudgeFacts, NudgeLinks, Thread, compose_nudge
from app.nudge.contacts import CallSuggestion, one_each
from app.nudge.digest_letter import DigestFacts, DigestPart, compose_digest
from app.nudge.facts import Why
from app.nudge.help import HelpFacts, compose_help
from app.nudge.rules import own_rule_of, rules_from, tone_of
from app.store.states import FeedbackKind, NudgeKind
from app.texts import Language, language_of

_SPOKEN: Final = ("de", "en")
_NO_FACTS: Final = frozenset({"code", "weight"})


@dataclass(frozen=True, slots=True)
class LetterDesk:
    """Makes links below `public_url` (no slash at its end), signed with the installation's key."""

    public_url: str
    links: Callable[[], ActionLinks]

    def letter(self, burst: Burst, suggestions: Sequence[CallSuggestion], now: datetime) -> bytes:
        """The nudge, ready to append; raises `UnsafeLetter`."""
        newest, envelope = burst.sends[0], burst.envelopes[0]
        threaded = burst.mailbox.rules.get("threaded", True) and envelope.message_id
        facts = NudgeFacts(
            rep=burst.account.address,
            language=language_of_burst(burst),
            now=now,
            zone=ZoneInfo(burst.mailbox.rules["time_zone"]),
            tone=tone_of(burst.mailbox.rules),
            message_id=burst.nudge.message_id,
            subject=envelope.subject,
            copies=len(burst.sends),
            recipients=burst.recipients,
            first_sent_at=burst.sends[-1].sent_at,
            last_sent_at=newest.sent_at,
            reasons=[_reason(reason) for reason in newest.reasons],
            suggestions=suggestions,
            links=self._links(burst, now),
            thread=Thread(envelope.message_id or "", envelope.references) if threaded else None,
            is_again=burst.nudge.kind is NudgeKind.AGAIN,
            noted_at=burst.noted_at,
            call_slot=_call_slot(burst.mailbox.rules, now),
            own_rule=own_rule_of(burst.mailbox.rules) if burst.decision.reason is Why.OWN_RULE else None,
        )
        return compose(compose_nudge(facts))

    def digest(
        self, burst: Burst, parts: Sequence[Burst], calls: Sequence[Sequence[CallSuggestion]], now: datetime
    ) -> bytes:
        """All the parts in one mail, the first ones with people to call, nobody twice; raises `UnsafeLetter`."""
        facts = DigestFacts(
            rep=burst.account.address,
            language=language_of(burst.mailbox.language),
            tone=tone_of(burst.mailbox.rules),
            now=now,
            zone=ZoneInfo(burst.mailbox.rules["time_zone"]),
            message_id=burst.nudge.message_id,
            parts=[self._part(part, person, now) for part, person in zip_longest(parts, one_each(calls))],
            settings=f"{self.public_url}/mailboxes/{burst.mailbox.id}#rules",
            is_again=burst.nudge.kind is NudgeKind.AGAIN,
        )
        return compose(compose_digest(facts))

    def _part(self, part: Burst, person: CallSuggestion | None, now: datetime) -> DigestPart:
        return DigestPart(
            subject=part.envelopes[0].subject,
            copies=len(part.sends),
            recipients=part.recipients,
            first_sent_at=part.sends[-1].sent_at,
            last_sent_at=part.sends[0].sent_at,
            person=person,
            links=self._links(part, now),
        )

    def help(self, burst: Burst, now: datetime) -> bytes:
        """How to answer, below the answer that was not understood; raises `UnsafeLetter`."""
        facts = HelpFacts(
            rep=burst.account.address,
            language=language_of_burst(burst),
            tone=tone_of(burst.mailbox.rules),
            now=now,
            message_id=burst.nudge.message_id,
            page=self._page(burst),
            thread=Thread(burst.thread.message_id, burst.thread.references) if burst.thread else None,
            subject=burst.envelopes[0].subject if burst.mailbox.rules.get("threaded", True) else "",
        )
        return compose(compose_help(facts))

    def _links(self, burst: Burst, now: datetime) -> NudgeLinks:
        signer = self.links()

        def link(kind: FeedbackKind) -> str:
            return f"{self.public_url}/a/{signer.token(ActionLink(burst.about, kind.value), now)}"

        return NudgeLinks(
            called=link(FeedbackKind.CALLED),
            will_call=link(FeedbackKind.WILL_CALL),
            not_a_template=link(FeedbackKind.NOT_A_TEMPLATE),
            later=None if burst.nudge.kind is NudgeKind.AGAIN else link(FeedbackKind.LATER),
            stop=link(FeedbackKind.STOP),
            page=self._page(burst),
        )

    def _page(self, burst: Burst) -> str:
        return f"{self.public_url}/sends/{burst.sends[0].id}"


def _call_slot(rules: dict[str, Any], now: datetime) -> datetime | None:
    return next_call_slot(now, rules_from(rules).hours) if rules.get("call_slot") else None


def language_of_burst(burst: Burst) -> Language:
    """The language of the newest send; that of the mailbox where it is neither German nor English."""
    spoken = burst.sends[0].language
    return language_of(spoken if spoken in _SPOKEN else burst.mailbox.language)


def _reason(stored: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return stored["code"], {name: value for name, value in stored.items() if name not in _NO_FACTS}
