"""Opens the mailbox of a stored account."""

from app.mail.imap import MailSession, open_session
from app.mail.imap_values import ConnectPolicy, Endpoint, Login, TlsMode
from app.store.mailboxes import Account


def open_account(account: Account, policy: ConnectPolicy) -> MailSession:
    """Connect and log in; raises `MailError`.

    A private host that was allowed when the mailbox was connected (by an administrator, or for the demo) stays allowed.
    """
    allowed = ConnectPolicy(policy.allow_private or account.private_host, policy.ports, policy.ca_file)
    endpoint = Endpoint(account.host, account.port, TlsMode(account.tls))
    return open_session(endpoint, Login(account.username, account.password), allowed)
