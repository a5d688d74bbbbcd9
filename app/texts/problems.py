"""What went wrong with a mailbox, in words for page and command line: what happened, and what to do about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from app.texts.catalogue import Translator
from app.texts.oauth_problems import OAUTH_TEXTS

_: Final = str  # marks a text for the catalogues; it is said later, in the reader's language


@dataclass(frozen=True, slots=True)
class ProblemText:
    """Two short texts of one or two sentences; `advice` may be empty."""

    happened: str
    advice: str


def describe_problem(
    texts: Translator, code: str, provider: str | None = None, hints: Collection[str] = ()
) -> ProblemText:
    """The texts for a code of `app.mail.errors` or `app.connect`.

    `provider` is its name and `hints` its codes of `app.mail.providers`, where it is known. A code from another version
    gets a sentence that names it.
    """
    name = provider or texts.gettext("Your mail provider")
    if code in _LOGIN_CODES:
        code = next((_BY_HINT[hint] for hint in hints if hint in _BY_HINT), code)
    if code not in _TEXTS:
        happened = texts.gettext("Something went wrong that Zuruf has no words for (%(code)s).", code=code)
        return ProblemText(happened, texts.gettext("Try again, and tell your administrator if it stays."))
    happened, advice = _TEXTS[code]
    return ProblemText(texts.gettext(happened, provider=name), texts.gettext(advice, provider=name))


def describe_unread(texts: Translator, reason: str) -> str:
    """Why one mail could not be read: what a reason of `app.mail.imap_fetch` or the code of an error means for it."""
    return texts.gettext(_UNREAD.get(reason, _UNREADABLE))


# A refused login means something more precise at a provider that is known for it.
_LOGIN_CODES: Final = frozenset({"login_refused", "no_password_login"})
_BY_HINT: Final[Mapping[str, str]] = {
    "app_password": "app_password_needed",
    "mail_password": "mail_password_needed",
    "enable_imap": "login_refused_or_imap_off",
    "oauth_only": "oauth_only",
}

# No answer, a late one and a broken one read the same, so that the form does not tell which ports of a host are open.
_SILENT_SERVER: Final = (
    _("The mail server does not answer."),
    _("Check server name and port. If both are right, try again in a few minutes."),
)
_STRANGE_SERVER: Final = (
    _("The server answers, but not as a mail server should."),
    _("Check that name and port belong to an IMAP server: usually port 993 with TLS."),
)
_UNSAFE_CONNECTION: Final = (
    _("The connection to the mail server is not safe: somebody in between may be changing it."),
    _("Try from another network, and tell your administrator."),
)

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    **OAUTH_TEXTS,
    "unreachable": _SILENT_SERVER,
    "timeout": _SILENT_SERVER,
    "connection_lost": _SILENT_SERVER,
    "name_unknown": (
        _("There is no mail server of this name."),
        _("Check the server name for typing errors. It often begins with imap or mail."),
    ),
    "certificate_untrusted": (
        _("The mail server's certificate is not signed by anyone known."),
        _(
            "Whoever runs the server can install a valid one. For an own certificate authority, an administrator"
            " sets ZURUF_CA_FILE."
        ),
    ),
    "certificate_name": (
        _("The mail server's certificate was made for another name."),
        _("Enter the server name that your provider gives for IMAP; it has to be the one in the certificate."),
    ),
    "certificate_expired": (
        _("The mail server's certificate has expired."),
        _("Only whoever runs the server can renew it. Try again after that."),
    ),
    "tls_failed": (
        _("No encrypted connection came about."),
        _("Check port and encryption: usually 993 with TLS, or 143 with STARTTLS."),
    ),
    "starttls_missing": (
        _("The mail server offers no STARTTLS on this port."),
        _("Choose TLS with port 993 instead."),
    ),
    "ca_file_unreadable": (
        _("The installation's file of certificate authorities cannot be read."),
        _("An administrator can correct ZURUF_CA_FILE."),
    ),
    "address_forbidden": (
        _("This server lies in a private network, and this installation does not connect there."),
        _("An administrator can allow it with ZURUF_ALLOW_PRIVATE_HOSTS=true."),
    ),
    "host_not_allowed": (
        _("This installation connects to the mail servers of its own company only."),
        _("Check the server name. An administrator can add others with ZURUF_ALLOWED_HOSTS."),
    ),
    "domain_not_allowed": (
        _("Addresses of this domain cannot be connected here."),
        _("Use your address at work, or ask your administrator to add the domain (ZURUF_ALLOWED_DOMAINS)."),
    ),
    "invitation_needed": (
        _("This address has no open invitation. Invitations work once and for a few days."),
        _("Please ask your administrator for a new link and open it before you connect."),
    ),
    "port_forbidden": (
        _("Zuruf connects to the ports of mail servers only."),
        _("Use 993 with TLS or 143 with STARTTLS."),
    ),
    "port_invalid": (
        _("The port is not a number from 1 to 65535."),
        _("Leave it empty for the usual one."),
    ),
    "plaintext_forbidden": (
        _("Without encryption, Zuruf connects to its own machine only."),
        _("Choose TLS or STARTTLS."),
    ),
    "login_refused": (
        _("The mail server refused the login."),
        _("Check address and password. Some servers want another login name than the address."),
    ),
    "login_refused_or_imap_off": (
        _("%(provider)s refused the login."),
        _("Check the password. IMAP must also be switched on once in the settings of your web mail."),
    ),
    "app_password_needed": (
        _("%(provider)s refused the login: it wants an app password here, not your usual one."),
        _("Make an app password in the security settings of your account and enter it here."),
    ),
    "mail_password_needed": (
        _("%(provider)s refused the login: mail programs need their own password there."),
        _("Set the password for mail programs in your customer centre and enter it here."),
    ),
    "web_login_needed": (
        _("%(provider)s wants you to sign in on its website first."),
        _("Sign in there, confirm that it was you, and try again."),
    ),
    "password_expired": (
        _("The password of this mailbox has expired."),
        _("Set a new one with your provider and enter it here."),
    ),
    "no_password_login": (
        _("The mail server takes no passwords for IMAP."),
        _("Ask your administrator whether password login or an app password can be allowed for you."),
    ),
    "oauth_only": (
        _("%(provider)s takes no passwords for IMAP any more, only its own sign-in."),
        _("An administrator can set that up for Zuruf, as docs/oauth-google.md and docs/oauth-microsoft.md tell."),
    ),
    "bridge_only": (
        _("%(provider)s can be reached over IMAP through its own Bridge program only."),
        _("Run the Bridge on the machine that Zuruf runs on, and enter its server, port and password."),
    ),
    "no_imap": (
        _("%(provider)s has no IMAP, so that no other program can look at the mailbox."),
        _("Zuruf cannot connect such a mailbox."),
    ),
    "imap_switched_off": (
        _("IMAP is switched off for this mailbox."),
        _("Switch it on in the settings of your web mail, and try again a minute later."),
    ),
    "server_busy": (
        _("The mail server has no time at the moment."),
        _("Try again in a few minutes."),
    ),
    "waiting_turn": (
        _("The mailbox waits for its turn to connect."),
        _("After a start Zuruf connects one mailbox after the other, so as not to overrun the mail server."),
    ),
    "internal_error": (
        _("Zuruf itself had a problem with this mailbox."),
        _("Zuruf tries again by itself. Tell your administrator if it stays."),
    ),
    "too_many_connections": (
        _("The mail server allows no further connection to this mailbox at the moment."),
        _("Close a mail program that you do not need, and try again in a few minutes."),
    ),
    "folder_missing": (
        _("The folder for sent mails is gone, or may not be opened."),
        _("Choose the Sent folder again."),
    ),
    "no_sent_folder": (
        _("No folder with sent mails was found in this mailbox."),
        _("Choose it from the list of folders."),
    ),
    "choose_sent_folder": (
        _("It is not certain which folder holds your sent mails."),
        _("Choose it from the list of folders."),
    ),
    "renumbered_too_often": (
        _("The mail server has numbered the mails of the Sent folder anew several times within a day."),
        _("Zuruf waits, so as not to read everything again and again. Resume once the server has settled."),
    ),
    "append_refused": (
        _("The mail server did not take a note for your inbox."),
        _("Zuruf tries again by itself."),
    ),
    "inbox_not_writable": (
        _("Your inbox takes no mails over IMAP: it may only be read."),
        _("Ask whoever runs the mail server, or let your own mail server send the notes to you (SMTP)."),
    ),
    "inbox_missing": (
        _("The mail server has no inbox into which a note could be put."),
        _("Ask whoever runs the mail server, or let your own mail server send the notes to you (SMTP)."),
    ),
    "delivery_in_doubt": (
        _("It could not be found out whether the note arrived."),
        _("Another try might have brought it twice."),
    ),
    "unsafe_letter": (
        _("The note could not be written safely."),
        _("Try again, and tell your administrator if it stays."),
    ),
    "smtp_refused": (
        _("Your mail server did not take the note for sending."),
        _("Check that it lets you send mails to your own address."),
    ),
    "smtp_busy": (
        _("Your mail server did not take the note for the moment."),
        _("Zuruf tries again by itself."),
    ),
    "smtp_broke_off": (
        _("Your mail server broke off before it had the note."),
        _("Zuruf tries again by itself."),
    ),
    "smtp_login_refused": (
        _("The SMTP server refused the login."),
        _("Check login name and password under “How notes reach you”."),
    ),
    "smtp_no_password_login": (
        _("The SMTP server takes no passwords."),
        _("Ask your administrator whether password login or an app password can be allowed for you."),
    ),
    "smtp_protocol_broken": (
        _("The server answers, but not as a server for sending mail should."),
        _("Check name and port: usually 465 with TLS, or 587 with STARTTLS."),
    ),
    "password_needed": (
        _("For this server, the password is missing."),
        _("Type it, even if it is that of the mailbox: Zuruf sends no stored password to a new server."),
    ),
    "unsafe_rep_address": (
        _("This mail address holds characters that cannot be used for sending."),
        _("Let Zuruf put the notes into your inbox itself."),
    ),
    "mailbox_full": (
        _("The mailbox is full, so that no note fits in."),
        _("Make some room. Zuruf tries again by itself."),
    ),
    "protocol_broken": _STRANGE_SERVER,
    "command_refused": _STRANGE_SERVER,
    "idle_refused": _STRANGE_SERVER,
    "answer_too_large": _STRANGE_SERVER,
    "uidvalidity_missing": _STRANGE_SERVER,
    "mail": _STRANGE_SERVER,
    "preauth_refused": _UNSAFE_CONNECTION,
    "starttls_injection": _UNSAFE_CONNECTION,
    "unsafe_argument": (
        _("Something that was entered holds characters that must not go to a mail server."),
        _("Type it again instead of pasting it."),
    ),
    "unsafe_host": (
        _("This is no name of a server."),
        _("Enter only the name, such as imap.example.com."),
    ),
    "unsafe_password": (
        _("The password holds a character that cannot be sent to a mail server, such as a line break."),
        _("Type it again instead of pasting it."),
    ),
    "unknown_provider": (
        _("Zuruf does not know the mail server of this address yet."),
        _("Enter the server below. Your administrator or provider knows its name; it often begins with imap."),
    ),
    "address_invalid": (
        _("This is no complete mail address."),
        _("Enter it in full, such as anna@example.com."),
    ),
}

_UNREADABLE: Final = _("Zuruf does not understand the mail.")
_BREAKS_OFF: Final = _("The mail server breaks off at this mail.")
_UNREAD: Final[Mapping[str, str]] = {
    "unreadable_answer": _("The mail server does not hand the mail out."),
    "no_content": _("The mail server hands out nothing of the mail."),
    "no_date": _("The mail has no date."),
    "connection_lost": _BREAKS_OFF,
    "timeout": _BREAKS_OFF,
    "server_busy": _BREAKS_OFF,
    "too_many_connections": _BREAKS_OFF,
    "protocol_broken": _BREAKS_OFF,
    "command_refused": _BREAKS_OFF,
    "answer_too_large": _BREAKS_OFF,
}
