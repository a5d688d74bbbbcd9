"""A server that discovery proposes for an address, as the form shows it: to be checked, changed and agreed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from app.connect import ConnectProblem
from app.discovery import Discovery, LookUpFailed, Proposal, Source
from app.mail.providers import APP_PASSWORD, BARRIERS, ENABLE_IMAP, MAIL_PASSWORD, UsernameForm
from app.web.context import web_of
from app.web.rendering import texts_of

_: Final = str  # marks a text for the catalogues; it is said later, in the reader's language

_PUBLISHED: Final = _("It is published by whoever runs the mail of your domain.")
_LISTED: Final = _("It is listed in Thunderbird's directory of mail providers.")
_FOUND_IN: Final[Mapping[Source, str]] = {
    Source.TABLE: _("It is the one of %(provider)s."),
    Source.AUTOCONFIG: _("It is published under your domain."),
    Source.ISPDB: _LISTED,
    Source.MX: _("Mails to your domain go to %(provider)s."),
    Source.MX_AUTOCONFIG: _PUBLISHED,
    Source.MX_ISPDB: _LISTED,
    Source.SRV: _("It is named in the DNS of your domain."),
}
_HINTS: Final[Mapping[str, str]] = {
    APP_PASSWORD: _("%(provider)s wants an app password here, not your usual one."),
    MAIL_PASSWORD: _("%(provider)s wants the password for mail programs here."),
    ENABLE_IMAP: _("IMAP must be switched on once in the settings of your web mail."),
}


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """`username` is empty where it is the address, or not known; `hint` and `help_url` may be missing."""

    host: str
    port: int
    tls: str
    username: str
    found_in: str
    hint: str | None
    provider: str | None
    help_url: str | None


def propose(request: Request, address: str) -> ShownProposal | None:
    """The best proposal for an address of an unknown provider; None where there is none.

    Raises `ConnectProblem` where the provider turns out to take no passwords.
    """
    discover = web_of(request).discover
    if discover is None:
        return None
    try:
        found = discover(address.rpartition("@")[2].strip())
    except LookUpFailed:
        return None
    _refuse_barrier(found)
    return _shown(request, address, found.proposals[0]) if found.proposals else None


def _refuse_barrier(found: Discovery) -> None:
    best = found.proposals[0] if found.proposals else None
    hints = best.hints if best else found.provider.hints if found.provider else ()
    barrier = next((hint for hint in hints if hint in BARRIERS), None)
    if barrier is not None:
        raise ConnectProblem(barrier, best.provider if best else found.provider)


def _shown(request: Request, address: str, proposal: Proposal) -> ShownProposal:
    texts, known = texts_of(request), proposal.provider
    name = known.name if known else texts.gettext("Your mail provider")
    hint = next((_HINTS[hint] for hint in proposal.hints if hint in _HINTS), None)
    has_local_part = proposal.username is UsernameForm.LOCAL_PART
    return ShownProposal(
        host=proposal.endpoint.host,
        port=proposal.endpoint.port,
        tls=proposal.endpoint.tls,
        username=address.strip().rpartition("@")[0] if has_local_part else "",
        found_in=texts.gettext(_FOUND_IN[proposal.source], provider=name),
        hint=texts.gettext(hint, provider=name) if hint else None,
        provider=known.name if known else None,
        help_url=known.help_url if known else None,
    )
