"""The request to a token endpoint goes to checked addresses only, over https."""

from dataclasses import replace

import pytest

from app.connect.oauth_http import TokenPost
from app.connect.oauth_requests import refresh
from app.mail.errors import ServerBusy
from app.mail.imap_values import ConnectPolicy
from tests.servers.oauth_world import OAuthWorld, now

PUBLIC = "93.184.215.14"


def code_of(oauth: OAuthWorld, post: TokenPost, url: str = "") -> str:
    provider = replace(oauth.provider, token_url=url or oauth.provider.token_url)
    with pytest.raises(ServerBusy) as caught:
        refresh(provider, post, "refresh", now())
    return caught.value.code


@pytest.mark.parametrize(
    "url", ["http://localhost/token", "https://user@localhost/token", "ftp://localhost/", "https:///token", "token"]
)
def test_only_https_is_spoken(oauth: OAuthWorld, url: str) -> None:
    assert code_of(oauth, oauth.post, url) == "oauth_misconfigured"


def test_a_private_address_is_refused_where_the_installation_says_so(oauth: OAuthWorld) -> None:
    policy = ConnectPolicy(allow_private=False, ports=None, ca_file=oauth.ca_file)
    assert code_of(oauth, TokenPost(policy), "https://localhost/token") == "oauth_misconfigured"


def test_a_name_that_also_leads_home_is_refused(oauth: OAuthWorld) -> None:
    policy = ConnectPolicy(allow_private=False, ports=None, ca_file=oauth.ca_file)
    post = TokenPost(policy, resolve=lambda *_: [PUBLIC, "127.0.0.1"])
    assert code_of(oauth, post, "https://rebound.example/token") == "oauth_misconfigured"


def test_only_the_port_of_https_is_used_in_public(oauth: OAuthWorld) -> None:
    policy = ConnectPolicy(allow_private=False, ports=None, ca_file=oauth.ca_file)
    post = TokenPost(policy, resolve=lambda *_: [PUBLIC])
    assert code_of(oauth, post, "https://sign-in.example:8443/token") == "oauth_misconfigured"


def test_a_certificate_that_nobody_signed_is_refused(oauth: OAuthWorld) -> None:
    assert code_of(oauth, TokenPost(ConnectPolicy(True, None, None))) == "oauth_misconfigured"


def test_a_server_that_is_away_passes(oauth: OAuthWorld) -> None:
    assert code_of(oauth, oauth.post, "https://localhost:9/token") == "oauth_busy"


def test_a_redirect_is_not_followed(oauth: OAuthWorld) -> None:
    oauth.server.faults.status = 307
    assert code_of(oauth, oauth.post) == "oauth_misconfigured"
