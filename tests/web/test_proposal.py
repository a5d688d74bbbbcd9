"""A proposed server on the form: shown and editable, and nothing is sent there before somebody agrees."""

import pytest

from app.discovery import Discovery, LookUpFailed, Proposal, Source
from app.discovery.proposal import offer_of
from app.mail.imap_values import Endpoint, TlsMode
from app.mail.providers import Provider, UsernameForm, find_provider, find_provider_by_mx
from app.web import create_app
from tests.web.site import Site

TYPED = {"address": "jonas@keller-maschinen.example", "password": "s3cret-Passw0rd"}
SERVER = Endpoint("imap.hosting.example", 143, TlsMode.STARTTLS)


class Finder:
    """Answers as discovery does, and keeps what it was asked."""

    def __init__(self, *proposals: Proposal, provider: Provider | None = None) -> None:
        self.asked: list[str] = []
        self._proposals, self._provider = proposals, provider

    def __call__(self, domain: str) -> Discovery:
        self.asked.append(domain)
        return Discovery(domain, self._provider, self._proposals, ())


def proposal(form: UsernameForm | None = UsernameForm.ADDRESS, source: Source = Source.SRV) -> Proposal:
    return Proposal(SERVER, form, source, (), None)


def of_provider(exchanger: str) -> Proposal:
    provider = find_provider_by_mx(exchanger)
    assert provider is not None
    return Proposal.of(offer_of(provider, provider.host), Source.MX, provider)


def page_with(site: Site, finder: Finder, language: str = "en") -> str:
    site.discover = finder
    site.app = create_app(site.web())
    return site.visitor(accept_language=language).post("/connect", data=TYPED).text


def test_the_fields_are_filled_with_the_proposal_and_the_password_is_not(site: Site) -> None:
    page = page_with(site, Finder(proposal()))
    assert "<details open>" in page
    assert 'value="imap.hosting.example"' in page
    assert 'value="143"' in page
    assert '<option value="starttls" selected>' in page
    assert "This may be your mail server: imap.hosting.example. It is named in the DNS of your domain." in page
    assert TYPED["password"] not in page


def test_only_the_domain_is_looked_up(site: Site) -> None:
    finder = Finder()
    page_with(site, finder)
    assert finder.asked == ["keller-maschinen.example"]


def test_a_login_name_that_is_the_local_part_is_filled_in(site: Site) -> None:
    assert 'value="jonas"' in page_with(site, Finder(proposal(UsernameForm.LOCAL_PART)))
    assert 'value="jonas"' not in page_with(site, Finder(proposal(None)))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("source", Source)
def test_every_source_is_told_in_words(site: Site, source: Source, language: str) -> None:
    page = page_with(site, Finder(proposal(source=source)), language)
    assert ("Bisher wurde nichts dorthin gesendet" if language == "de" else "Nothing has been sent there yet") in page
    assert "%(" not in page


def test_the_rule_of_a_provider_comes_with_its_link(site: Site) -> None:
    page = page_with(site, Finder(of_provider("aspmx.l.google.com")))
    assert "Gmail wants an app password here" in page
    assert 'href="https://support.google.com/accounts/answer/185833"' in page


def test_a_provider_without_passwords_is_named_instead(site: Site) -> None:
    page = page_with(site, Finder(of_provider("keller.mail.protection.outlook.com")))
    assert "Microsoft 365 takes no passwords" in page
    assert "This may be your mail server" not in page


@pytest.mark.parametrize(("address", "words"), [("a@proton.me", "Bridge program only"), ("a@tuta.com", "has no IMAP")])
def test_a_provider_without_imap_is_named_instead(site: Site, address: str, words: str) -> None:
    assert words in page_with(site, Finder(provider=find_provider(address)))


def test_without_a_proposal_the_server_is_asked_for(site: Site) -> None:
    assert "does not know the mail server" in page_with(site, Finder())


def test_what_is_no_domain_is_asked_for_by_hand(site: Site) -> None:
    def refuse(_: str) -> Discovery:
        raise LookUpFailed("host_invalid")

    site.discover = refuse
    site.app = create_app(site.web())
    assert "does not know the mail server" in site.visitor().post("/connect", data=TYPED).text
