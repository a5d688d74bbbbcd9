"""Opens the mailbox of a stored account, and the server that it submits to."""

from app.mail.imap import MailSession, open_session
from app.mail.imap_values import ConnectPolicy, Endpoint, Login, TlsMode
from app.mail.lifeline import Lifeline
from app.mail.smtp import Submission, open_submission
from app.store.mailboxes import Account


def open_account(account: Account, policy: ConnectPolicy, lifeline: Lifeline | None = None) -> MailSession:
    """Connect and log in; raises `MailError`. Another thread may end it by the `lifeline`.

    A private host that was allowed when the mailbox was connected (by an administrator, or for the demo) stays allowed.
    """
    endpoint, login, allowed = _way(account, policy)
    return open_session(endpoint, login, allowed, lifeline=lifeline)


def open_submission_account(account: Account, policy: ConnectPolicy, lifeline: Lifeline | None = None) -> Submission:
    """Connect to the SMTP server of `submission_of` and log in; sends nothing. As `open_account`."""
    endpoint, login, allowed = _way(account, policy)
    return open_submission(endpoint, login, allowed, lifeline=lifeline)


def _way(account: Account, policy: ConnectPolicy) -> tuple[Endpoint, Login, ConnectPolicy]:
    allowed = ConnectPolicy(policy.allow_private or account.private_host, policy.ports, policy.ca_file)
    return (
        Endpoint(account.host, account.port, TlsMode(account.tls)),
        Login(account.username, account.password),
        allowed,
    )
