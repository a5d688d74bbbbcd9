"""What goes wrong where people sign in with their mail provider: what happened, and what to do, by code."""

from collections.abc import Mapping
from typing import Final

_: Final = str  # marks a text for the catalogues; it is said later, in the reader's language

_MISCONFIGURED: Final = (
    _("The provider's sign-in does not work with this installation: an administrator has to look at its settings."),
    _("Tell your administrator; docs/oauth-google.md and docs/oauth-microsoft.md help. Nothing is lost meanwhile."),
)

OAUTH_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "oauth_offered": (
        _("%(provider)s takes no passwords for IMAP any more, only its own sign-in."),
        _("Use the button for it below; you need no password here."),
    ),
    "oauth_denied": (
        _("The sign-in was ended without an agreement, so nothing was connected."),
        _("Try again, and agree to what is asked there. If it was not you who declined, ask your administrator."),
    ),
    "oauth_admin_needed": (
        _("Your company wants an administrator to agree before anybody connects a mailbox."),
        _("Send your administrator the link below, and try again once that is done."),
    ),
    "oauth_expired": (
        _("This sign-in is too old, was used before, or was begun in another browser."),
        _("Begin once more; it takes a minute."),
    ),
    "oauth_not_lasting": (
        _("The mail provider allowed a single look only, and Zuruf needs to look again and again."),
        _("Remove Zuruf from the apps in your account there, and try again."),
    ),
    "oauth_wrong_account": (
        _("You signed in, but this sign-in does not open the mailbox of the address that you gave."),
        _(
            "Perhaps another account was chosen there: sign in with exactly this address. If it was the right one, IMAP"
            " may be switched off for this mailbox; your administrator can see that."
        ),
    ),
    "oauth_revoked": (
        _("The sign-in for this mailbox has ended: it was withdrawn, the password was changed, or it was too old."),
        _("Sign in again. Zuruf goes on where it stopped."),
    ),
    "token_refused": (
        _("The mail server no longer accepts the sign-in for this mailbox."),
        _("Sign in again. Zuruf goes on where it stopped."),
    ),
    "token_scope": (
        _("The sign-in does not include reading the mailbox."),
        _("Sign in again, and leave the tick at the permission for your mail."),
    ),
    "no_token_login": (
        _("This mail server does not accept the provider's sign-in."),
        _("Connect the mailbox with a password, or ask your administrator."),
    ),
    "oauth_busy": (
        _("The mail provider's sign-in does not answer at the moment."),
        _("Try again in a few minutes."),
    ),
    "oauth_misconfigured": _MISCONFIGURED,
    "unsafe_token": _MISCONFIGURED,
}
