"""Judges one send: own text, likeness to the outbox, style, structure, one decision with its reasons."""

from datetime import UTC, datetime
from pathlib import Path

from classifier.decision import ABSTAINING_BAR, Calibration, Evidence, weigh
from classifier.explanation import find_spans, locate_words
from classifier.language import identify
from classifier.model import load_models
from classifier.outbox import Match, OutboxMemory, People
from classifier.own_text import OwnText, own_text, subject_words
from classifier.phrases import LANGUAGES, find_phrases
from classifier.routine import Routine, find_foreign_routine, find_routine
from classifier.sketch import Sketch, hash_recipients, make_fingerprint
from classifier.structure import read_structure
from classifier.style import Style, StyleModel
from classifier.values import Judgement, Phrase, Remembered, Sample

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Judge:
    """The classifier as a whole. It holds the trained numbers only; what it knows of an outbox is in the memory."""

    def __init__(self, models: dict[str, StyleModel], calibration: Calibration) -> None:
        self._models = models
        self._calibration = calibration
        self._nothing_sent = OutboxMemory(b"judged alone")

    @property
    def flag_at(self) -> float:
        """The score of a mail that just reaches the bar."""
        return self._calibration.to_score(0.0)

    @classmethod
    def load(cls, path: Path | None = None) -> "Judge":
        """Load the trained model, by default the one that is shipped. Raises ModelMissing or ModelDamaged."""
        return cls(*load_models(path))

    def judge(self, send_id: str, sample: Sample, memory: OutboxMemory | None) -> Judgement:
        """Judge one send. A memory remembers it; without one it is judged as if nothing else had been sent."""
        own = own_text(sample)
        structure = read_structure(sample, own)
        known = None if structure.automatic else memory
        memory = self._nothing_sent if known is None else known
        when = _aware(sample.sent_at) or memory.latest or _EPOCH
        text = make_fingerprint(() if known is None else own.words, memory.key)
        people = hash_recipients(sample.recipients or (f"unknown recipient of {send_id}",), memory.key)
        match = memory.match(text, people, when)
        language, style, routine = self._read(sample, own)
        evidence = Evidence(
            style=style,
            bar=ABSTAINING_BAR if style is None else self._models[language].alone,
            match=match,
            when=when,
            structure=structure,
            routine=routine,
            personal_before=memory.count_personal(people) if sample.recipients else 0,
            said=_said(memory, match, people),
            refused_style=memory.feedback.style,
        )
        log_odds, reasons = weigh(evidence)
        sketch = Sketch(text, len(own.words), len(sample.recipients), 0 if known is None else match.group, match.fit)
        template = match.group if match.template else None
        remembered = Remembered(send_id, template, when, people, sketch.to_bytes())
        return Judgement(
            score=0.0 if structure.automatic else self._calibration.to_score(log_odds),
            log_odds=log_odds,
            flagged=log_odds >= 0,
            style=style.probability if style else None,
            language=language,
            likeness=match.coverage.share,
            siblings=tuple(sibling.send_id for sibling in match.siblings) if match.template else (),
            template=template,
            reasons=reasons,
            remembered=remembered,
            regrouped={} if known is None else known.remember(remembered, match),
        )

    def explain(self, sample: Sample) -> tuple[Phrase, ...]:
        """Return the phrases of the live text that spoke for or against, as spans of `sample.body`, in its order.

        Empty where style abstains or the body holds no text of its own.
        """
        live = locate_words(sample)
        language = identify(" ".join(live.words), live.words)
        model = self._models.get(language)
        if model is None:
            return ()
        found = find_phrases(live.words, language)
        style = model.read(live.words, subject_words(sample.subject), found)
        return find_spans(live, found, style, model)

    def _read(self, sample: Sample, own: OwnText) -> tuple[str, Style | None, Routine | None]:
        language = identify(own.message, own.words)
        if language not in LANGUAGES:
            return language, None, find_foreign_routine(sample.subject)
        found, title = find_phrases(own.words, language), subject_words(sample.subject)
        routine = find_routine(title, found, len(own.words), language)
        model = self._models.get(language)
        return language, model.read(own.words, title, found) if model else None, routine


def _said(memory: OutboxMemory, match: Match, people: People) -> str | None:
    if memory.allows(match):
        return "allowed"
    return "not_for_person" if memory.spares(people) else None


def _aware(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time is not None and time.tzinfo is None else time
