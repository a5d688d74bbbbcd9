"""Opens the mailbox of a stored account, and the server that it submits to."""

from dataclasses import replace
from uuid import UUID

from app.mail.errors import LoginRefused, ServerBusy
from app.mail.imap import MailSession, open_session
from app.mail.imap_values import ConnectPolicy, Endpoint, Login, TlsMode, TokenLogin
from app.mail.lifeline import Lifeline
from app.mail.smtp import Submission, open_submission
from app.store.mailboxes import Account


def open_account(account: Account, policy: ConnectPolicy, lifeline: Lifeline | None = None) -> MailSession:
    """Connect and log in; raises `MailError`. Another thread may end it by the `lifeline`.

    A private host that was allowed when the mailbox was connected (by an administrator, or for the demo) stays allowed.
    """
    endpoint, allowed = _way(account, policy)
    if account.token_of is not None:
        return _open_by_token(account, account.token_of, policy, lifeline)
    return open_session(endpoint, Login(account.username, account.password), allowed, lifeline=lifeline)


def open_with_token(
    account: Account, token: str, policy: ConnectPolicy, lifeline: Lifeline | None = None
) -> MailSession:
    """As `open_account`, with this access token."""
    endpoint, allowed = _way(account, policy)
    return open_session(endpoint, TokenLogin(account.username, token), allowed, lifeline=lifeline)


def _open_by_token(account: Account, mailbox_id: UUID, policy: ConnectPolicy, lifeline: Lifeline | None) -> MailSession:
    """A token that looked fresh may have been withdrawn: before the rep is asked to sign in, it is renewed once."""
    if policy.tokens is None:
        raise ServerBusy("oauth_misconfigured")
    token = policy.tokens.access_token(mailbox_id)
    try:
        return open_with_token(account, token, policy, lifeline)
    except LoginRefused as error:
        if error.code != "token_refused":
            raise
    return open_with_token(account, policy.tokens.access_token(mailbox_id, refused=token), policy, lifeline)


def open_submission_account(account: Account, policy: ConnectPolicy, lifeline: Lifeline | None = None) -> Submission:
    """Connect to the SMTP server of `submission_of` and log in; sends nothing. As `open_account`.

    No right to send is ever asked of a provider, so that a password is needed.
    """
    if not account.password:
        raise LoginRefused("smtp_no_password_login")
    endpoint, allowed = _way(account, policy)
    return open_submission(endpoint, Login(account.username, account.password), allowed, lifeline=lifeline)


def _way(account: Account, policy: ConnectPolicy) -> tuple[Endpoint, ConnectPolicy]:
    allowed = replace(policy, allow_private=True, hosts=None) if account.private_host else policy
    return Endpoint(account.host, account.port, TlsMode(account.tls)), allowed
