"""The plain values that go into and come out of the classifier. They know nothing of how a judgement is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """One sent mail as plain values.

    `recipients` are addresses (To, Cc and Bcc without repeats), `hidden_recipients` says how many of them stood in Bcc,
    `is_reply` whether In-Reply-To or References is there, `headers` maps lower-case names to values.
    """

    subject: str
    body: str
    html: str | None = None
    sender: str | None = None
    recipients: tuple[str, ...] = ()
    recipient_names: tuple[str, ...] = ()
    hidden_recipients: int = 0
    sent_at: datetime | None = None
    is_reply: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    has_calendar: bool = False


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is kept of a send so that later ones can be compared with it. It holds no text.

    `recipients` are keyed 8-byte hashes (at most 64), `sketch` is the form that `classifier.sketch` writes.
    """

    send_id: str
    template: int | None
    sent_at: datetime
    recipients: tuple[bytes, ...]
    sketch: bytes


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a rep said of earlier judgements of one outbox; it changes the judgements of that outbox only.

    `allowed` are numbers of groups of alike sends that are no template to the rep, `people` keyed hashes of recipients
    to whom every mail is personal, `style` how many single mails style had flagged wrongly.
    """

    allowed: frozenset[int] = frozenset()
    people: frozenset[bytes] = frozenset()
    style: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: a code, its share of the log-odds (positive: for a flag), and numbers to show with it."""

    code: str
    weight: float
    facts: Mapping[str, int | float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the classifier says of one send; the reasons come strongest first.

    `score` is the probability that it is bulk sales mail, `log_odds` the sum of the evidence less the bar.
    `style` is None where the language abstains. `siblings` are earlier sends of the same template to other people
    within the window, newest first. `regrouped` maps earlier send ids to the template that they belong to from now on.
    """

    score: float
    log_odds: float
    flagged: bool
    style: float | None
    language: str
    likeness: float
    siblings: tuple[str, ...]
    template: int | None
    reasons: tuple[Reason, ...]
    remembered: Remembered
    regrouped: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch `[start, end)` of `Sample.body` that spoke for or against; made from the live text and never stored."""

    code: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch `[start, end)` of `Sample.body` that copies of it share, or in which they differ."""

    start: int
    end: int
    shared: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a template: words that the copies share, or a slot (`text` is None) where they differ."""

    text: str | None
