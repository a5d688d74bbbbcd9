"""What can go wrong with a mailbox, as one small tree; each error is a short code, never text of a server or mail."""

from typing import ClassVar


class MailError(Exception):
    """Base of the tree. `code` says which case of its class it is; it is also the whole text of the error."""

    default: ClassVar[str] = "mail"

    def __init__(self, code: str | None = None) -> None:
        self.code = code or self.default
        super().__init__(self.code)


class MailboxUnreachable(MailError):
    """No connection, or it broke off: `unreachable`, `name_unknown`, `timeout`, `connection_lost`. Passes by itself."""

    default = "unreachable"


class CertificateRefused(MailError):
    """No trusted TLS: `certificate_untrusted`, `certificate_name`, `certificate_expired`, `tls_failed`,
    `starttls_missing`, `ca_file_unreadable`."""

    default = "certificate_untrusted"


class AddressForbidden(MailError):
    """The policy does not allow the target: `address_forbidden`, `host_not_allowed`, `port_forbidden`,
    `plaintext_forbidden`."""

    default = "address_forbidden"


class LoginRefused(MailError):
    """The server refused name or password: `login_refused`, `app_password_needed`, `web_login_needed`,
    `password_expired`, `no_password_login`; or an access token: `token_refused`, `token_scope`, `no_token_login`; or
    there is no token any more: `oauth_revoked`."""

    default = "login_refused"


class ImapSwitchedOff(MailError):
    """Name and password may be right, but the provider wants IMAP to be switched on in its settings first."""

    default = "imap_switched_off"


class ServerBusy(MailError):
    """The server cannot serve us now: `server_busy`, `too_many_connections`. Passes by itself.

    So does the sign-in of a provider that does not answer, `oauth_busy`, or does not know us until an administrator
    mends it, `oauth_misconfigured`.
    """

    default = "server_busy"


class FolderMissing(MailError):
    """The folder does not exist or may not be opened."""

    default = "folder_missing"


class DeliveryRefused(MailError):
    """The server said no to a message, so that for certain it is not there; whatever else fails leaves a doubt."""


class AppendRefused(DeliveryRefused):
    """The IMAP server did not file the message: `append_refused`, `inbox_not_writable`, `inbox_missing`, or busy as
    in `ServerBusy`."""

    default = "append_refused"


class MailboxFull(AppendRefused):
    """The mailbox has no room for the message."""

    default = "mailbox_full"


class SubmissionRefused(DeliveryRefused):
    """The SMTP server did not take the message: `smtp_refused`, `smtp_busy`; or the connection broke off before the
    message was sent: `smtp_broke_off`."""

    default = "smtp_refused"


class ProtocolBroken(MailError):
    """The server did not keep to IMAP: `protocol_broken`, `command_refused`, `idle_refused`, `preauth_refused`,
    `starttls_injection`, `answer_too_large`, `uidvalidity_missing`."""

    default = "protocol_broken"


class UnsafeArgument(MailError):
    """A text of ours must not go into an IMAP command: `unsafe_argument`, `unsafe_host`, `unsafe_password`,
    `unsafe_token`."""

    default = "unsafe_argument"
