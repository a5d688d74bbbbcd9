"""How providers lay out DNS and web for the domains they host: shapes of real ones, with a made-up customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.discovery import Source
from app.mail.providers import UsernameForm

DOMAIN: Final = "keller-maschinen.example"
AUTOCONFIG: Final = "https://autoconfig.{}/mail/config-v1.1.xml"
WELL_KNOWN: Final = "https://{}/.well-known/autoconfig/mail/config-v1.1.xml"
ISPDB: Final = "https://autoconfig.thunderbird.net/v1.1/{}"

# host, port, login name, source
Expected = tuple[str, int, UsernameForm | None, Source]
ADDRESS: Final = UsernameForm.ADDRESS


@dataclass(frozen=True, slots=True)
class Layout:
    """`pages` are files of `published/` by URL; `srv` is by service, `hints` are those of the best proposal."""

    mx: tuple[str, ...] = ()
    srv: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    expected: tuple[Expected, ...] = ()
    provider: str | None = None
    hints: tuple[str, ...] = ()


def published(name: str) -> bytes:
    return (Path(__file__).parent / "published" / f"{name}.xml").read_bytes()


def by_mx(
    provider: str, mx: str, host: str, hints: tuple[str, ...] = (), login: UsernameForm | None = ADDRESS
) -> Layout:
    expected: tuple[Expected, ...] = ((host, 993, login, Source.MX),) if host else ()
    return Layout(mx=(f"10 {mx}.",), expected=expected, provider=provider, hints=hints)


LAYOUTS: Final = {
    "Google Workspace": Layout(
        mx=("1 aspmx.l.google.com.", "5 alt1.aspmx.l.google.com.", "10 alt3.aspmx.l.google.com."),
        expected=(("imap.gmail.com", 993, ADDRESS, Source.MX),),
        provider="Gmail",
        hints=("app_password",),
    ),
    "Google Workspace, newer": by_mx("Gmail", "smtp.google.com", "imap.gmail.com", ("app_password",)),
    "Microsoft 365": by_mx(
        "Microsoft 365",
        "keller-maschinen-example.mail.protection.outlook.com",
        "outlook.office365.com",
        ("oauth_only",),
    ),
    "Microsoft 365 with DANE": by_mx(
        "Microsoft 365", "keller-maschinen-example.o-v1.mx.microsoft", "outlook.office365.com", ("oauth_only",)
    ),
    "Outlook.com with an own domain": by_mx(
        "Outlook.com", "1234567890.pamx1.olc.protection.outlook.com", "outlook.office365.com", ("oauth_only",)
    ),
    "IONOS": by_mx("IONOS", "mx00.ionos.de", "imap.ionos.de"),
    "1&1 of old": by_mx("IONOS", "mx01.kundenserver.de", "imap.ionos.de"),
    "IONOS in Britain": by_mx("IONOS", "mx00.ionos.co.uk", "imap.ionos.co.uk"),
    "STRATO": by_mx("STRATO", "smtpin.rzone.de", "imap.strato.de"),
    "ALL-INKL.COM": by_mx("ALL-INKL.COM", "w01a2b3c.kasserver.com", "w01a2b3c.kasserver.com"),
    "Hetzner": by_mx("Hetzner", "www123.your-server.de", "mail.your-server.de"),
    "domainFACTORY": by_mx("domainFACTORY", "mx01.ispgateway.de", "sslin.df.eu"),
    "Fastmail": Layout(
        mx=("10 in1-smtp.messagingengine.com.", "20 in2-smtp.messagingengine.com."),
        srv={"_imaps._tcp": ("0 1 993 imap.fastmail.com.",), "_imap._tcp": ("0 0 0 .",)},
        expected=(("imap.fastmail.com", 993, ADDRESS, Source.MX),),
        provider="Fastmail",
        hints=("app_password",),
    ),
    "Zoho in Europe": by_mx("Zoho", "mx2.zoho.eu", "imappro.zoho.eu", ("enable_imap",)),
    "OVHcloud": by_mx("OVHcloud", "mx1.mail.ovh.net", "ssl0.ovh.net"),
    "Infomaniak": by_mx("Infomaniak", "mta-gw.infomaniak.ch", "mail.infomaniak.com"),
    "Hostpoint": by_mx("Hostpoint", "mx1.mail.hostpoint.ch", "imap.mail.hostpoint.ch"),
    "iCloud with an own domain": by_mx(
        "iCloud", "mx01.mail.icloud.com", "imap.mail.me.com", ("app_password",), login=None
    ),
    "one.com": by_mx("one.com", "mx1.pub.mailpod7-cph3.one.com", "imap.one.com"),
    "Gandi": by_mx("Gandi", "spool.mail.gandi.net", "mail.gandi.net"),
    "Proton Mail": by_mx("Proton Mail", "mail.protonmail.ch", ""),
    "Tuta": by_mx("Tuta", "mail.tutanota.de", ""),
    "mailbox.org": Layout(
        mx=("10 mxext1.mailbox.org.", "20 mxext2.mailbox.org."),
        pages={AUTOCONFIG.format(DOMAIN): "mailbox_org"},
        expected=(
            ("imap.mailbox.org", 993, ADDRESS, Source.AUTOCONFIG),
            ("imap.mailbox.org", 143, ADDRESS, Source.AUTOCONFIG),
        ),
        provider="mailbox.org",
    ),
    "mailcow": Layout(
        mx=("10 mail.hosting.example.",),
        srv={"_imaps._tcp": ("0 1 993 mail.hosting.example.",), "_imap._tcp": ("0 1 143 mail.hosting.example.",)},
        pages={AUTOCONFIG.format(DOMAIN): "mailcow"},
        expected=(
            ("mail.hosting.example", 993, ADDRESS, Source.AUTOCONFIG),
            ("mail.hosting.example", 143, ADDRESS, Source.AUTOCONFIG),
        ),
    ),
    "a web panel with plain offers": Layout(
        mx=(f"0 {DOMAIN}.",),
        pages={WELL_KNOWN.format(DOMAIN): "panel"},
        expected=((DOMAIN, 993, ADDRESS, Source.AUTOCONFIG),),
    ),
    "a server in the house": Layout(
        mx=(f"10 mx1.{DOMAIN}.",),
        pages={AUTOCONFIG.format(DOMAIN): "univention"},
        expected=(
            (f"mx1.{DOMAIN}", 993, None, Source.AUTOCONFIG),
            (f"mx1.{DOMAIN}", 143, UsernameForm.LOCAL_PART, Source.AUTOCONFIG),
        ),
    ),
    "a host with login names of its own": Layout(
        pages={AUTOCONFIG.format(DOMAIN): "per_customer"},
        expected=(("xyz00.hosting.example", 993, None, Source.AUTOCONFIG),),
    ),
    "a host that publishes under the domain of its exchanger": Layout(
        mx=("10 mx3.eu.hosting.example.", "20 mx4.eu.hosting.example."),
        pages={AUTOCONFIG.format("hosting.example"): "mailcow"},
        expected=(
            ("mail.hosting.example", 993, ADDRESS, Source.MX_AUTOCONFIG),
            ("mail.hosting.example", 143, ADDRESS, Source.MX_AUTOCONFIG),
        ),
    ),
    "Microsoft 365 behind a filter": Layout(
        mx=("10 eu-smtp-inbound-1.filter.example.",),
        pages={WELL_KNOWN.format(DOMAIN): "exchange_online"},
        expected=(("outlook.office365.com", 993, ADDRESS, Source.AUTOCONFIG),),
        hints=("oauth_only",),
    ),
    "netcup, by SRV only": Layout(
        mx=("10 mx2e4d.netcup.example.",),
        srv={"_imaps._tcp": ("10 1 993 mx2e4d.netcup.example.",), "_imap._tcp": ("20 1 143 mx2e4d.netcup.example.",)},
        expected=(
            ("mx2e4d.netcup.example", 993, ADDRESS, Source.SRV),
            ("mx2e4d.netcup.example", 143, ADDRESS, Source.SRV),
        ),
    ),
}
