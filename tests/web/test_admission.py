"""Company installations: which addresses, which mail servers, and who was invited."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from app.connect import Admission
from app.mail.imap_values import ConnectPolicy
from app.store import invitations, mailboxes
from tests.servers.dovecot import Dovecot
from tests.web.site import Site, open_site
from tests.web.test_connect import typed

Opened = Callable[..., Site]


@pytest.fixture
def company(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Iterator[Opened]:
    """A published installation that trusts the mail server, with the rules that are given."""
    opened: list[Site] = []

    def make(admission: Admission, **limits: frozenset[str]) -> Site:
        policy = ConnectPolicy(not limits, None, dovecot.ca_file, hosts=limits.get("hosts"))
        site = open_site(tmp_path_factory.mktemp("company"), policy=policy, admission=admission)
        opened.append(site)
        return site

    yield make
    for site in opened:
        site.database.close()


def invited(site: Site, address: str) -> str:
    with site.database.writing() as session:
        return invitations.invite(session, site.keys, address, site.now)


def connected(site: Site, address: str) -> bool:
    with site.database.reading() as session:
        return bool(mailboxes.by_address(session, site.keys, address))


def test_an_address_of_an_allowed_domain_is_connected(company: Opened, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    site = company(Admission(frozenset({user.partition("@")[2].casefold()})))
    assert site.visitor().post("/connect", data=typed(dovecot, user)).status_code == 303


def test_an_address_of_another_domain_is_refused_before_anything_is_asked(company: Opened, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    site = company(Admission(frozenset({"northwind-tools.example"})))
    answer = site.visitor().post("/connect", data=typed(dovecot, user, password="wrong"))
    assert answer.status_code == 422
    assert "domain cannot be connected here" in answer.text


def test_an_allowed_mail_server_may_be_in_house(company: Opened, dovecot: Dovecot) -> None:
    site = company(Admission(), hosts=frozenset({"localhost"}))
    assert site.visitor().post("/connect", data=typed(dovecot, dovecot.new_user())).status_code == 303


def test_any_other_mail_server_is_refused(company: Opened, dovecot: Dovecot) -> None:
    site = company(Admission(), hosts=frozenset({"mail.keller-maschinen.example"}))
    answer = site.visitor().post("/connect", data=typed(dovecot, dovecot.new_user()))
    assert answer.status_code == 422
    assert "of its own company only" in answer.text


def test_without_an_invitation_the_page_says_whom_to_ask(company: Opened, dovecot: Dovecot) -> None:
    site, user = company(Admission(invited_only=True)), dovecot.new_user()
    assert "ask your administrator for a link" in site.visitor().get("/connect").text
    assert "no open invitation" in site.visitor().post("/connect", data=typed(dovecot, user)).text
    assert not connected(site, user)


def test_an_invitation_connects_once(company: Opened, dovecot: Dovecot) -> None:
    site, user = company(Admission(invited_only=True)), dovecot.new_user()
    token = invited(site, user)
    assert f'value="{token}"' in site.visitor().get("/connect", params={"invitation": token}).text
    fields = typed(dovecot, user, invitation=token)
    assert site.visitor().post("/connect", data=fields).status_code == 303
    assert "no open invitation" in site.visitor().post("/connect", data=fields).text


def test_a_refused_login_does_not_use_the_invitation_up(company: Opened, dovecot: Dovecot) -> None:
    site, user = company(Admission(invited_only=True)), dovecot.new_user()
    fields = typed(dovecot, user, invitation=invited(site, user))
    answer = site.visitor().post("/connect", data={**fields, "password": "wrong"})
    assert f'value="{fields["invitation"]}"' in answer.text
    assert site.visitor().post("/connect", data=fields).status_code == 303


def test_an_invitation_is_for_its_address_and_for_some_days(company: Opened, dovecot: Dovecot) -> None:
    site, user, other = company(Admission(invited_only=True)), dovecot.new_user(), dovecot.new_user()
    token = invited(site, user)
    assert "no open invitation" in _try(site.visitor(), dovecot, other, token)
    site.now += invitations.LIFETIME + timedelta(seconds=1)
    assert "no open invitation" in _try(site.visitor(), dovecot, user, token)


def test_a_signed_in_rep_connects_the_own_mailbox_again(company: Opened, dovecot: Dovecot) -> None:
    site, user = company(Admission(invited_only=True)), dovecot.new_user()
    browser = site.visitor()
    browser.post("/connect", data=typed(dovecot, user, invitation=invited(site, user)))
    assert browser.post("/connect", data=typed(dovecot, user)).status_code == 303


def test_neither_address_nor_link_lies_readable_in_the_database(company: Opened) -> None:
    site = company(Admission(invited_only=True))
    token = invited(site, "jonas@keller-maschinen.example")
    dump = "\n".join(site.dump()).casefold()
    assert token.casefold() not in dump
    assert token.encode().hex() not in dump
    assert b"keller-maschinen".hex() not in dump
    assert "keller-maschinen" not in dump


def _try(browser: TestClient, dovecot: Dovecot, user: str, token: str) -> str:
    return browser.post("/connect", data=typed(dovecot, user, invitation=token)).text
