"""Common mail providers by the domain of an address or by the MX of a domain: where IMAP is, what the login name is,
what to do first.

Plain facts, checked against Mozilla's ISPDB where it has them. No look-up in the network.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.mail.imap_values import Endpoint, TlsMode

# Hints: what a rep must know before the password works.
APP_PASSWORD = "app_password"  # noqa: S105 - a password made for this one program
MAIL_PASSWORD = "mail_password"  # noqa: S105 - a password for mail programs, other than that of the website
ENABLE_IMAP = "enable_imap"  # IMAP is switched on once, in the settings of the web mail
OAUTH_ONLY = "oauth_only"  # passwords are not accepted at all
BRIDGE_ONLY = "bridge_only"  # IMAP only through a program of the provider that runs beside Zuruf
NO_IMAP = "no_imap"  # no IMAP at all
BARRIERS = (OAUTH_ONLY, BRIDGE_ONLY, NO_IMAP)


class UsernameForm(StrEnum):
    """What the login name is made of."""

    ADDRESS = "address"
    LOCAL_PART = "local_part"


@dataclass(frozen=True, slots=True)
class Provider:
    """A mail provider; all of them serve implicit TLS. `host` is empty where it is another one for each customer.

    `mx` holds the domains of its mail exchangers, where it serves customers' own domains; with `mx_is_host` the mail
    exchanger of a customer serves IMAP, too.
    """

    name: str
    host: str
    domains: str
    hints: tuple[str, ...] = ()
    help_url: str | None = None
    username: UsernameForm = UsernameForm.ADDRESS
    port: int = 993
    tls: TlsMode = TlsMode.IMPLICIT
    mx: str = ""
    mx_is_host: bool = False

    @property
    def barrier(self) -> str | None:
        """The hint that says why name and password cannot work here at all."""
        return next((hint for hint in self.hints if hint in BARRIERS), None)

    @property
    def endpoint(self) -> Endpoint:
        """Where to connect to."""
        return Endpoint(self.host, self.port, self.tls)

    def login_name(self, address: str) -> str:
        """The name to log in with for a mail address."""
        return address.rpartition("@")[0] if self.username is UsernameForm.LOCAL_PART else address


PROVIDERS = (
    Provider(
        "Gmail", "imap.gmail.com", "gmail.com googlemail.com",
        (APP_PASSWORD,), "https://support.google.com/accounts/answer/185833",
        mx="google.com googlemail.com",
    ),
    Provider(
        "Outlook.com", "outlook.office365.com",
        "outlook.com outlook.de outlook.at outlook.be outlook.fr outlook.it outlook.es outlook.dk outlook.ie "
        "hotmail.com hotmail.de hotmail.ch hotmail.be hotmail.fr hotmail.it hotmail.es hotmail.nl hotmail.co.uk "
        "live.com live.de live.at live.be live.ch live.fr live.it live.nl live.co.uk msn.com windowslive.com",
        (OAUTH_ONLY,), mx="olc.protection.outlook.com",
    ),
    Provider(
        "Microsoft 365", "outlook.office365.com", "office365.com onmicrosoft.com",
        (OAUTH_ONLY,), mx="mail.protection.outlook.com mx.microsoft",
    ),
    Provider(
        "GMX", "imap.gmx.net",
        "gmx.net gmx.de gmx.at gmx.ch gmx.eu gmx.biz gmx.org gmx.info mein.gmx mail.gmx email.gmx",
        (ENABLE_IMAP,), "https://hilfe.gmx.net/pop-imap/einschalten.html",
    ),
    Provider("GMX", "imap.gmx.com", "gmx.com gmx.co.uk gmx.us gmx.fr gmx.es gmx.it gmx.li", (ENABLE_IMAP,)),
    Provider(
        "WEB.DE", "imap.web.de", "web.de",
        (ENABLE_IMAP,), "https://hilfe.web.de/pop-imap/einschalten.html", UsernameForm.LOCAL_PART,
    ),
    Provider(
        "T-Online", "secureimap.t-online.de", "t-online.de magenta.de",
        (MAIL_PASSWORD,), "https://www.telekom.de/hilfe/apps-dienste/e-mail/programme/passwort-verwalten",
    ),
    Provider("IONOS", "imap.ionos.de", "ionos.de", mx="ionos.de kundenserver.de schlund.de"),
    Provider("IONOS", "imap.ionos.com", "ionos.com", mx="ionos.com 1and1.com"),
    Provider("IONOS", "imap.ionos.co.uk", "ionos.co.uk", mx="ionos.co.uk 1and1.co.uk"),
    Provider(
        "1&1", "imap.1und1.de", "1und1.de online.de onlinehome.de sofort-start.de sofort-surf.de go4more.de",
        (), "https://hilfe-center.1und1.de/e-mail-einstellungen",
    ),
    Provider(
        "STRATO", "imap.strato.de", "strato.de",
        (), "https://www.strato.de/faq/mail/externes-e-mail-programm-mit-strato-e-mail-adresse-nutzen/",
        mx="rzone.de",
    ),
    Provider(
        "Posteo", "posteo.de",
        "posteo.de posteo.net posteo.org posteo.com posteo.eu posteo.at posteo.ch posteo.be posteo.co.uk posteo.uk "
        "posteo.dk posteo.es posteo.fi posteo.ie posteo.it posteo.li posteo.lu posteo.me posteo.nl posteo.pl posteo.se",
        (), "https://posteo.de/hilfe/wie-richte-ich-posteo-in-einem-mailprogramm-ein-pop3-imap-und-smtp",
    ),
    Provider("ALL-INKL.COM", "", "", mx="kasserver.com", mx_is_host=True),
    Provider("Hetzner", "mail.your-server.de", "", mx="your-server.de"),
    Provider("Host Europe", "", "", mx="hosteurope.de"),
    Provider("domainFACTORY", "sslin.df.eu", "", mx="ispgateway.de"),
    Provider("mailbox.org", "imap.mailbox.org", "mailbox.org", mx="mailbox.org"),
    Provider("freenet", "mx.freenet.de", "freenet.de"),
    Provider(
        "Vodafone", "imap.vodafonemail.de", "vodafonemail.de arcor.de kabelmail.de",
        (), "https://www.vodafone.de/hilfe/vodafone-e-mail-cloud.html",
    ),
    Provider(
        "iCloud", "imap.mail.me.com", "icloud.com me.com mac.com",
        (APP_PASSWORD,), "https://support.apple.com/102654", UsernameForm.LOCAL_PART,
        mx="mail.icloud.com",
    ),
    Provider(
        "Yahoo", "imap.mail.yahoo.com",
        "yahoo.com yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.se yahoo.ca yahoo.co.uk ymail.com rocketmail.com",
        (APP_PASSWORD,), "https://help.yahoo.com/kb/SLN15241.html", mx="am0.yahoodns.net",
    ),
    Provider(
        "AOL", "imap.aol.com", "aol.com aol.de aol.fr aol.it aol.es aol.co.uk aim.com netscape.net",
        (APP_PASSWORD,), "https://help.aol.com/articles/Create-and-manage-app-password", mx="gm0.yahoodns.net",
    ),
    Provider(
        "Fastmail", "imap.fastmail.com", "fastmail.com fastmail.fm fastmail.de",
        (APP_PASSWORD,), "https://www.fastmail.help/hc/en-us/articles/360058752854",
        mx="messagingengine.com",
    ),
    Provider(
        "Zoho", "imap.zoho.com", "zoho.com zohomail.com",
        (ENABLE_IMAP,), "https://www.zoho.com/mail/help/imap-access.html",
    ),
    Provider(
        "Zoho", "imap.zoho.eu", "zoho.eu zohomail.eu",
        (ENABLE_IMAP,), "https://www.zoho.com/mail/help/imap-access.html",
    ),
    # Organisations with a domain of their own are served by other machines than private people.
    Provider(
        "Zoho", "imappro.zoho.com", "",
        (ENABLE_IMAP,), "https://www.zoho.com/mail/help/imap-access.html", mx="zoho.com",
    ),
    Provider(
        "Zoho", "imappro.zoho.eu", "",
        (ENABLE_IMAP,), "https://www.zoho.com/mail/help/imap-access.html", mx="zoho.eu",
    ),
    Provider("A1", "securemail.a1.net", "a1.net aon.at"),
    Provider("Bluewin", "imaps.bluewin.ch", "bluewin.ch bluemail.ch"),
    Provider("Hostpoint", "imap.mail.hostpoint.ch", "", mx="mail.hostpoint.ch"),
    Provider("Infomaniak", "mail.infomaniak.com", "ik.me ikmail.com etik.com", mx="infomaniak.ch infomaniak.com"),
    Provider(
        "Proton Mail", "", "proton.me protonmail.com protonmail.ch pm.me",
        (BRIDGE_ONLY,), "https://proton.me/mail/bridge", mx="protonmail.ch",
    ),
    Provider(
        "Tuta", "", "tuta.com tuta.io tutanota.com tutanota.de tutamail.com keemail.me",
        (NO_IMAP,), mx="tutanota.de",
    ),
    Provider("OVHcloud", "ssl0.ovh.net", "", mx="ovh.net"),
    Provider("Gandi", "mail.gandi.net", "", mx="mail.gandi.net"),
    Provider("one.com", "imap.one.com", "", mx="one.com"),
    Provider("BT", "mail.btinternet.com", "btinternet.com btopenworld.com talk21.com"),
    Provider("Virgin Media", "imap.virginmedia.com", "virginmedia.com"),
    Provider("Virgin Media", "imap4.virgin.net", "virgin.net"),
)  # fmt: skip

_BY_DOMAIN = {domain: provider for provider in PROVIDERS for domain in provider.domains.split()}
_BY_MX = {domain: provider for provider in PROVIDERS for domain in provider.mx.split()}
_BY_HOST = {provider.host: provider for provider in reversed(PROVIDERS) if provider.host}


def find_provider(address: str) -> Provider | None:
    """The provider of a mail address by its domain; None for all that have a domain of their own."""
    return _BY_DOMAIN.get(address.rpartition("@")[2].strip().lower())


def find_provider_by_mx(exchanger: str) -> Provider | None:
    """The provider that a mail exchanger belongs to; `exchanger` is its name in lower case."""
    labels = exchanger.split(".")
    suffixes = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_BY_MX[suffix] for suffix in suffixes if suffix in _BY_MX), None)


def find_provider_by_host(host: str) -> Provider | None:
    """The provider whose IMAP server this is; `host` is its name in lower case."""
    return _BY_HOST.get(host)
