"""Tests of what a server's refusal means."""

import pytest

from app.mail import errors
from app.mail.imap_answers import append_refused, command_refused, folder_refused, greeting_refused, login_refused

# What providers really answer to AUTHENTICATE and LOGIN.
LOGIN_ANSWERS = [
    ("[AUTHENTICATIONFAILED] Authentication failed.", errors.LoginRefused, "login_refused"),
    ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", errors.LoginRefused, "login_refused"),
    ("authentication failed", errors.LoginRefused, "login_refused"),
    ("LOGIN failed.", errors.LoginRefused, "login_refused"),
    ("[AUTHENTICATIONFAILED] LOGIN Invalid credentials or IMAP is disabled", errors.LoginRefused, "login_refused"),
    (
        "[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        errors.LoginRefused,
        "app_password_needed",
    ),
    ("[ALERT] Please log in via your web browser: https://support.google.com", errors.LoginRefused, "web_login_needed"),
    ("[WEBALERT https://accounts.google.com/x] Web login required.", errors.LoginRefused, "web_login_needed"),
    ("[EXPIRED] Password is no longer valid", errors.LoginRefused, "password_expired"),
    ("Basic authentication is disabled.", errors.LoginRefused, "no_password_login"),
    ("[ALERT] Your account is not enabled for IMAP use. Please visit", errors.ImapSwitchedOff, "imap_switched_off"),
    ("[ALERT] IMAP access is disabled for your domain.", errors.ImapSwitchedOff, "imap_switched_off"),
    ("[ALERT] You are yet to enable IMAP for your account.", errors.ImapSwitchedOff, "imap_switched_off"),
    ("IMAP/POP3 Zugriff ist nicht aktiviert", errors.ImapSwitchedOff, "imap_switched_off"),
    ("[UNAVAILABLE] Temporary authentication failure.", errors.ServerBusy, "server_busy"),
    ("[UNAVAILABLE] Maximum number of connections from user+IP", errors.ServerBusy, "too_many_connections"),
    ("[ALERT] Too many simultaneous connections. (Failure)", errors.ServerBusy, "too_many_connections"),
    ("[LIMIT] LOGIN Rate limit hit", errors.ServerBusy, "server_busy"),
    ("[INUSE] mailbox in use", errors.ServerBusy, "server_busy"),
    ("[SERVERBUG] Internal error occurred.", errors.ServerBusy, "server_busy"),
    ("BAD User is authenticated but not connected.", errors.ServerBusy, "server_busy"),
]


@pytest.mark.parametrize(("text", "kind", "code"), LOGIN_ANSWERS)
def test_a_refused_login_says_whose_turn_it_is(text: str, kind: type[errors.MailError], code: str) -> None:
    error = login_refused(text)
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[OVERQUOTA] Quota exceeded", "mailbox_full"),
        ("Message over quota", "mailbox_full"),
        ("[TRYCREATE] Mailbox doesn't exist", "inbox_missing"),
        ("[READ-ONLY] Mailbox is read-only", "inbox_not_writable"),
        ("[NOPERM] Permission denied", "inbox_not_writable"),
        ("[CANNOT] Not allowed in this mailbox", "inbox_not_writable"),
        ("[UNAVAILABLE] Backend down", "server_busy"),
        ("Too many connections", "too_many_connections"),
        ("Message contains a virus", "append_refused"),
    ],
)
def test_a_refused_append_says_why_and_is_never_in_doubt(text: str, code: str) -> None:
    error = append_refused(text)
    assert (error.code, isinstance(error, errors.DeliveryRefused)) == (code, True)


def test_a_full_mailbox_is_also_a_refused_append() -> None:
    assert isinstance(append_refused("[OVERQUOTA]"), errors.AppendRefused)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[NONEXISTENT] Unknown mailbox", errors.FolderMissing),
        ("[NOPERM] No access", errors.FolderMissing),
        ("[UNAVAILABLE] try again later", errors.ServerBusy),
        ("[SERVERBUG] internal error", errors.ServerBusy),
        ("[AUTHENTICATIONFAILED] session expired", errors.MailboxUnreachable),
    ],
)
def test_a_folder_that_does_not_open_is_missing_unless_the_server_is_busy(
    text: str, kind: type[errors.MailError]
) -> None:
    assert type(folder_refused(text)) is kind


def test_a_greeting_of_bye_is_a_busy_server_and_any_other_is_none_of_imap() -> None:
    assert greeting_refused("* BYE come back tomorrow").code == "server_busy"
    assert greeting_refused("* NO thanks").code == "protocol_broken"


def test_a_login_that_lapsed_is_told_by_the_next_one() -> None:
    for text in ("[AUTHENTICATIONFAILED] no", "[EXPIRED] no", "[AUTHORIZATIONFAILED] no"):
        assert type(command_refused(text)) is errors.MailboxUnreachable


def test_an_error_carries_its_code_and_nothing_of_the_server() -> None:
    error = command_refused("NO secret-host says jonas may not do that")
    assert (str(error), error.args) == ("command_refused", ("command_refused",))
