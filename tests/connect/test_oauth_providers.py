"""What Google and Microsoft are asked for, and whose answers are theirs."""

from urllib.parse import parse_qs, urlsplit

import pytest

from app.connect.oauth_providers import Client, OAuthProvider, google, microsoft
from app.connect.oauth_requests import sign_in_url

TENANT = "99999999-8888-7777-6666-555555555555"
CLIENT = Client("zuruf", "s3cret")
BACK = "https://zuruf.example/connect/oauth/x/back"


def asked(provider: OAuthProvider) -> dict[str, str]:
    url = sign_in_url(provider, BACK, "state", "v" * 43, "jonas@keller-maschinen.example")
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_google_is_asked_for_imap_and_for_a_lasting_grant() -> None:
    query = asked(google(CLIENT))
    assert query["scope"] == "https://mail.google.com/"
    assert (query["access_type"], query["prompt"], query["code_challenge_method"]) == ("offline", "consent", "S256")
    assert query["login_hint"] == "jonas@keller-maschinen.example"


def test_microsoft_is_asked_for_imap_only_and_in_the_own_directory() -> None:
    provider = microsoft(CLIENT, TENANT)
    assert asked(provider)["scope"] == "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"
    assert provider.authorize_url.startswith(f"https://login.microsoftonline.com/{TENANT}/")


def test_an_administrators_link_names_scope_and_way_back() -> None:
    link = microsoft(CLIENT, TENANT).admin_consent_link(BACK)
    assert link is not None
    query = parse_qs(urlsplit(link).query)
    assert query["scope"] == ["https://outlook.office.com/IMAP.AccessAsUser.All"]
    assert query["redirect_uri"] == [BACK]
    assert google(CLIENT).admin_consent_link(BACK) is None


@pytest.mark.parametrize(
    ("issuer", "is_google", "is_microsoft"),
    [
        ("https://accounts.google.com", True, False),
        ("https://accounts.google.com.evil.example", False, False),
        (f"https://login.microsoftonline.com/{TENANT}/v2.0", False, True),
        ("https://login.microsoftonline.com.evil.example/v2.0", False, False),
        ("http://login.microsoftonline.com/v2.0", False, False),
    ],
)
def test_an_issuer_is_told_from_another(issuer: str, is_google: bool, is_microsoft: bool) -> None:
    assert google(CLIENT).is_issuer(issuer) is is_google
    assert microsoft(CLIENT, TENANT).is_issuer(issuer) is is_microsoft


@pytest.mark.parametrize(
    ("granted", "opens"),
    [
        ("https://outlook.office.com/IMAP.AccessAsUser.All", True),
        ("openid https://outlook.office.com/imap.accessasuser.all profile", True),
        ("https://outlook.office.com/SMTP.Send", False),
        ("", False),
    ],
)
def test_scopes_open_the_mailbox_or_do_not(granted: str, opens: bool) -> None:
    assert microsoft(CLIENT, TENANT).opens_mail(granted) is opens


def test_no_secret_stands_in_a_provider_shown() -> None:
    assert "s3cret" not in repr(google(CLIENT))
