"""Addresses that look like a private person's: calls to consumers need their consent, so Zuruf never suggests one."""

from typing import Final

# Every country's address of the large providers: the name before the country part decides.
_PROVIDERS: Final = frozenset(
    {"aol", "gmail", "gmx", "googlemail", "hotmail", "icloud", "live", "mail", "msn", "outlook", "rocketmail", "yahoo",
     "yandex", "ymail"}
)  # fmt: skip
_DOMAINS: Final = frozenset(
    {
        # Germany, Austria, Switzerland
        "1und1.de", "a1.net", "alice-dsl.net", "aon.at", "arcor.de", "bluewin.ch", "chello.at", "email.de", "ewe.net",
        "ewetel.net", "freenet.de", "freenet.ch", "hispeed.ch", "inode.at", "kabelbw.de", "kabelmail.de", "liwest.at",
        "magenta.de", "mail.de", "mailbox.org", "mnet-online.de", "netcologne.de", "o2online.de", "online.de",
        "osnanet.de", "posteo.at", "posteo.ch", "posteo.de", "posteo.net", "posteo.org", "sunrise.ch",
        "t-online.de", "tele2.at", "unitybox.de", "utanet.at", "versanet.de", "vodafone.de", "vodafonemail.de",
        "drei.at", "netplus.ch", "quickline.ch", "web.de",
        # Great Britain, Ireland, North America
        "att.net", "bellsouth.net", "blueyonder.co.uk", "btinternet.com", "btopenworld.com", "charter.net",
        "comcast.net", "cox.net", "eircom.net", "earthlink.net", "ntlworld.com", "plusnet.com", "rogers.com",
        "sbcglobal.net", "shaw.ca", "sky.com", "sympatico.ca", "talktalk.net", "telus.net", "tiscali.co.uk",
        "verizon.net", "virginmedia.com",
        # France, Italy, Benelux, Spain, Poland, Scandinavia
        "free.fr", "hetnet.nl", "interia.pl", "kpnmail.nl", "laposte.net", "libero.it", "neuf.fr", "numericable.fr",
        "o2.pl", "online.nl", "orange.fr", "planet.nl", "sfr.fr", "skynet.be", "telenet.be", "telia.com", "tin.it",
        "virgilio.it", "wanadoo.fr", "wp.pl", "xs4all.nl", "ziggo.nl", "bbox.fr",
        # Everywhere
        "duck.com", "fastmail.com", "fastmail.fm", "hey.com", "hushmail.com", "mac.com", "pm.me", "proton.me",
        "protonmail.ch", "protonmail.com", "tuta.com", "tuta.io", "tutamail.com", "tutanota.com", "tutanota.de",
        "qq.com", "163.com", "zohomail.eu", "mailo.com", "me.com",
    }
)  # fmt: skip


def looks_private(address: str) -> bool:
    """Whether an address is at a provider for private people, such as `web.de`, `gmx.at` or `yahoo.co.uk`."""
    domain = address.rpartition("@")[2].casefold().rstrip(".")
    name, _, rest = domain.partition(".")
    is_country_part = all(len(part) <= 3 for part in rest.split("."))
    return domain in _DOMAINS or (name in _PROVIDERS and is_country_part)
