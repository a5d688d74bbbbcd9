"""The history of an invented rep over the last 60 days: a Sent folder and an inbox with the answers.

Two worlds, German and English, written apart from each other. Everything is invented: the domains end in .example, the
phone numbers come from the ranges that are kept free for films.
"""

from dataclasses import replace
from datetime import datetime
from random import Random

from app.demo.history.hours import WorkingTime
from app.demo.history.letters import Writer, to_mail
from app.demo.history.plan import Plan
from app.demo.history.world import load_world
from app.demo.mail import DemoMail
from app.texts import Language

__all__ = ["build_history"]


def build_history(language: Language, now: datetime, seed: int = 1, rep: str | None = None) -> list[DemoMail]:
    """All mails before `now` (aware), oldest first; the same arguments give the same bytes.

    `rep` is the address of the rep where it is not the one of the invented world.
    """
    rng = Random(f"{language} {seed}")  # noqa: S311 - a repeatable history, not a secret
    world = load_world(language)
    author = replace(world.rep, email=rep or world.rep.email)
    plan = Plan(Writer(world, author, rng), WorkingTime(now, world.wording["timezone"]))
    plan.mailings()
    plan.answers()
    plan.conversations()
    plan.notes()
    letters = sorted(plan.letters, key=lambda letter: letter.sent_at)
    return [to_mail(letter, author, rng) for letter in letters]
