"""A problem of a mailbox as a page shows it: what happened, what to do, and where the provider explains it."""

from dataclasses import dataclass

from starlette.requests import Request

from app.mail.providers import Provider
from app.texts.problems import describe_problem
from app.web.rendering import texts_of


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """`help_url` is the provider's own page, where it is known."""

    code: str
    happened: str
    advice: str
    provider: str | None
    help_url: str | None


def shown_problem(request: Request, code: str, provider: Provider | None) -> ShownProblem:
    hints = provider.hints if provider else ()
    name = provider.name if provider else None
    text = describe_problem(texts_of(request), code, name, hints)
    return ShownProblem(code, text.happened, text.advice, name, provider.help_url if provider else None)
