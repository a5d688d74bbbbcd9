"""Judges whether a sent mail is templated, bulk-style sales mail. Plain values in and out; no text is kept."""

from classifier.archive import ModelDamaged, ModelError, ModelMissing
from classifier.comparison import compare
from classifier.judge import Judge
from classifier.outbox import OutboxMemory
from classifier.skeleton import skeleton
from classifier.values import Feedback, Judgement, Phrase, Reason, Remembered, Sample, Segment, Stretch

__all__ = [
    "Feedback",
    "Judge",
    "Judgement",
    "ModelDamaged",
    "ModelError",
    "ModelMissing",
    "OutboxMemory",
    "Phrase",
    "Reason",
    "Remembered",
    "Sample",
    "Segment",
    "Stretch",
    "compare",
    "skeleton",
]
