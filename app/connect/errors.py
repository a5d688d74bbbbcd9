"""Why a mailbox could not be connected."""

from app.mail.providers import Provider


class ConnectProblem(Exception):
    """`code` is one of `app.mail.errors`, or `unknown_provider`, `oauth_only`, `bridge_only`, `no_imap`,
    `address_invalid`, `no_sent_folder`; or of a sign-in with a provider: `oauth_denied`, `oauth_admin_needed`,
    `oauth_expired`, `oauth_not_lasting`, `oauth_wrong_account`, `oauth_offered`.

    Where not everybody may connect: `domain_not_allowed`, `invitation_needed`.

    `provider` is known where its facts help to mend it.
    """

    def __init__(self, code: str, provider: Provider | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.provider = provider
