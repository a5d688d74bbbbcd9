"""Connecting a mailbox by the form, on a real mail server."""

from collections.abc import Iterator

import pytest

from app.mail.imap_values import ConnectPolicy
from app.store import mailboxes
from app.store.states import MailboxState
from tests.servers.dovecot import Dovecot
from tests.servers.sessions import mail
from tests.web.seed import seed
from tests.web.site import Site, open_site

HOSTILE = '"><script>alert(1)</script>'
WRONG = "s3cret-Passw0rd"


def typed(dovecot: Dovecot, user: str, **changed: str) -> dict[str, str]:
    """The form as somebody fills it in by hand; the values given here replace the right ones."""
    right = {"address": user, "password": dovecot.password, "host": "localhost", "port": str(dovecot.imaps_port)}
    return {**right, "tls": "implicit", "username": "", **changed}


@pytest.fixture
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation that keeps away from private networks."""
    policy = ConnectPolicy(allow_private=False, ports=frozenset({993, 143}), ca_file=None)
    site = open_site(tmp_path_factory.mktemp("strict"), policy=policy)
    yield site
    site.database.close()


def test_whoever_proves_a_mailbox_is_signed_in_to_it(post_office: Site, dovecot: Dovecot) -> None:
    browser, user = post_office.visitor(), dovecot.new_user()
    assert browser.post("/connect", data=typed(dovecot, user)).headers["location"] == "/"
    path = browser.get("/").headers["location"]
    assert path.endswith("/reading")
    assert user in browser.get(path.removesuffix("/reading")).text


def test_the_mailbox_is_stored_with_its_sent_folder_and_its_secrets_sealed(post_office: Site, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    post_office.visitor(accept_language="de").post("/connect", data=typed(dovecot, user))
    with post_office.database.reading() as session:
        (row,) = mailboxes.by_address(session, post_office.keys, user)
        account = mailboxes.account_of(session, post_office.keys, row)
    assert (row.sent_folder, row.state, row.language) == ("Sent", MailboxState.READING, "de")
    assert (account.username, account.password) == (user, dovecot.password)
    assert user.encode() not in row.address


def test_connecting_again_is_the_same_mailbox(post_office: Site, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    first, second = post_office.visitor(), post_office.visitor()
    first.post("/connect", data=typed(dovecot, user))
    second.post("/connect", data=typed(dovecot, user))
    assert first.get("/").headers["location"] == second.get("/").headers["location"]


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"password": WRONG}, 422, "refused the login"),
        ({"password": ""}, 422, "refused the login"),
        ({"password": "a\r\nb"}, 422, "character that cannot be sent"),
        ({"port": "1"}, 422, "does not answer"),
        ({"port": "abc"}, 422, "not a number"),
        ({"port": "70000"}, 422, "not a number"),
        ({"port": "²"}, 422, "not a number"),
        ({"host": "imap.invalid"}, 422, "no mail server of this name"),
        ({"host": "imap example\r\n"}, 422, "no name of a server"),
        ({"host": ""}, 422, "does not know the mail server"),
        ({"host": "", "address": "anna@outlook.com"}, 422, "Outlook.com takes no passwords"),
        ({"address": "jonas"}, 422, "no complete mail address"),
        ({"tls": "rot13"}, 400, "could not be understood"),
        ({"role": "admin"}, 400, "could not be understood"),
        ({"password": "x" * 2000}, 400, "could not be understood"),
    ],
)
def test_each_problem_has_its_own_message(
    post_office: Site, dovecot: Dovecot, values: dict[str, str], status: int, words: str
) -> None:
    answer = post_office.visitor().post("/connect", data=typed(dovecot, dovecot.new_user(), **values))
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert "set-cookie" not in answer.headers


def test_what_was_typed_is_kept_but_the_password(post_office: Site, dovecot: Dovecot) -> None:
    values = typed(
        dovecot, dovecot.new_user(), password=WRONG, username="keller", tls="starttls", port=str(dovecot.imap_port)
    )
    page = post_office.visitor().post("/connect", data=values).text
    assert f'value="{values["address"]}"' in page
    assert 'value="localhost"' in page
    assert f'value="{values["port"]}"' in page
    assert 'value="keller"' in page
    assert '<option value="starttls" selected>' in page
    assert WRONG not in page


def test_the_server_fields_open_when_they_are_to_be_filled_in(site: Site) -> None:
    assert "<details>" in site.visitor().get("/connect").text
    unknown = site.visitor().post("/connect", data={"address": "jonas@keller-maschinen.example", "password": "x"})
    assert "<details open>" in unknown.text
    assert 'aria-invalid="true" aria-describedby="problem"' in unknown.text


def test_typed_values_are_shown_as_text(site: Site) -> None:
    values = {"address": f"{HOSTILE}@x.example", "password": "x", "host": HOSTILE, "port": HOSTILE[:10]}
    page = site.visitor().post("/connect", data={**values, "username": HOSTILE}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_certificate_that_nobody_signed_is_refused(site: Site, dovecot: Dovecot) -> None:
    answer = site.visitor().post("/connect", data=typed(dovecot, dovecot.new_user()))
    assert "certificate is not signed by anyone known" in answer.text


def test_a_private_host_is_refused_where_the_installation_says_so(strict: Site) -> None:
    values = {"address": "jonas@keller-maschinen.example", "password": "x", "host": "127.0.0.1"}
    assert "private network" in strict.visitor().post("/connect", data=values).text


def test_a_demo_gives_way_to_the_own_mailbox(post_office: Site, dovecot: Dovecot) -> None:
    demo = seed(post_office.database, post_office.keys, demo=True)
    browser = post_office.signed_in(demo.rep_id)
    assert "wird entfernt, sobald Ihr eigenes verbunden ist" in browser.get("/connect").text
    browser.post("/connect", data=typed(dovecot, dovecot.new_user()))
    with post_office.database.reading() as session:
        assert [row.demo for row in mailboxes.every(session)] == [False]


def test_a_second_own_mailbox_leaves_the_first_alone(post_office: Site, dovecot: Dovecot) -> None:
    own = seed(post_office.database, post_office.keys)
    browser = post_office.signed_in(own.rep_id)
    browser.post("/connect", data=typed(dovecot, dovecot.new_user()))
    with post_office.database.reading() as session:
        assert len(mailboxes.every(session)) == 2
    assert browser.get(f"/mailboxes/{own.mailbox_id}").status_code == 404


def test_a_second_sent_folder_with_mail_in_it_is_noticed(post_office: Site, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with dovecot.client(user) as client:
        client.create("Gesendet")
        client.create("Sent.Items")
    dovecot.append(user, mail(), "Gesendet")
    post_office.visitor().post("/connect", data=typed(dovecot, user))
    with post_office.database.reading() as session:
        (row,) = mailboxes.by_address(session, post_office.keys, user)
    assert (row.sent_folder, row.other_sent) == ("Sent", "Gesendet")
