"""The authorization server of the tests keeps to what real ones keep to: RFC 6749, 7636 and 7662."""

import base64
import json
import ssl
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from authlib.oauth2 import OAuth2Error

from app.connect.oauth_requests import sign_in_url
from tests.servers.oauth_rules import CLIENT_ID, CLIENT_SECRET, MAIL_SCOPE
from tests.servers.oauth_world import ORIGIN, OAuthWorld

BACK = f"{ORIGIN}/back"
VERIFIER = "v" * 43
USER = "jonas@keller-maschinen.example"


def asked(oauth: OAuthWorld, path: str, fields: dict[str, str], **headers: str) -> tuple[int, Any]:
    """Status and JSON of a POST."""
    context = ssl.create_default_context(cafile=str(oauth.ca_file))
    request = urllib.request.Request(f"{oauth.server.url}/{path}", urlencode(fields).encode(), headers)
    try:
        with urllib.request.urlopen(request, context=context) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def code_for(oauth: OAuthWorld) -> str:
    oauth.server.client.origins.add(ORIGIN)
    url = sign_in_url(oauth.provider, BACK, "state", VERIFIER, USER)
    return parse_qs(urlsplit(oauth.server.agree(url, USER)).query)["code"][0]


def token_request(oauth: OAuthWorld, **changed: str) -> tuple[int, Any]:
    right = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return asked(oauth, "token", {**right, **client, **changed})


def test_a_code_becomes_tokens(oauth: OAuthWorld) -> None:
    status, told = token_request(oauth, code=code_for(oauth))
    assert status == 200
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 3600)
    assert MAIL_SCOPE in told["scope"]
    assert told["access_token"] != told["refresh_token"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code": "never-given"}, "invalid_grant"),
        ({"redirect_uri": f"{ORIGIN}/elsewhere"}, "invalid_grant"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "stranger"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_code_alone_is_not_enough(oauth: OAuthWorld, changed: dict[str, str], error: str) -> None:
    status, told = token_request(oauth, **{"code": code_for(oauth), **changed})
    assert (status in {400, 401}, told["error"]) == (True, error)


def test_a_code_works_once(oauth: OAuthWorld) -> None:
    code = code_for(oauth)
    assert token_request(oauth, code=code)[0] == 200
    assert token_request(oauth, code=code)[1]["error"] == "invalid_grant"


def test_a_spent_refresh_token_ends_the_whole_grant(oauth: OAuthWorld) -> None:
    _, first = token_request(oauth, code=code_for(oauth))
    _, second = token_request(oauth, grant_type="refresh_token", refresh_token=first["refresh_token"])
    _, replayed = token_request(oauth, grant_type="refresh_token", refresh_token=first["refresh_token"])
    _, thereafter = token_request(oauth, grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert (replayed["error"], thereafter["error"]) == ("invalid_grant", "invalid_grant")


def test_introspection_knows_living_tokens_only(oauth: OAuthWorld) -> None:
    _, told = token_request(oauth, code=code_for(oauth))
    basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    fields = {"token": told["access_token"]}
    _, living = asked(oauth, "introspect", fields, Authorization=f"Basic {basic}")
    oauth.server.ledger.revoke(USER)
    _, dead = asked(oauth, "introspect", fields, Authorization=f"Basic {basic}")
    assert (living["active"], living["username"], dead) == (True, USER, {"active": False})
    assert asked(oauth, "introspect", fields)[0] == 401


@pytest.mark.parametrize(
    "changed", [{"redirect_uri": "https://evil.example/back"}, {"response_type": "token"}, {"client_id": "stranger"}]
)
def test_nobody_is_sent_where_the_client_is_not_registered(oauth: OAuthWorld, changed: dict[str, str]) -> None:
    oauth.server.client.origins.add(ORIGIN)
    url = sign_in_url(oauth.provider, BACK, "state", VERIFIER, USER)
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    with pytest.raises(OAuth2Error):
        oauth.server.agree(f"{oauth.server.url}/authorize?{urlencode({**query, **changed})}", USER)


def test_state_and_issuer_come_back(oauth: OAuthWorld) -> None:
    oauth.server.client.origins.add(ORIGIN)
    location = oauth.server.agree(sign_in_url(oauth.provider, BACK, "st&te", VERIFIER, USER), USER)
    told = parse_qs(urlsplit(location).query)
    assert (told["state"], told["iss"]) == (["st&te"], [oauth.server.url])
