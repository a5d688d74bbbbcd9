"""Names of domains and servers as strangers write them: checked before anything is asked or proposed."""

import re
from typing import Final

from app.discovery.errors import LookUpFailed
from app.mail.errors import UnsafeArgument
from app.mail.imap_address import host_name

# RFC 1123 2.1: letters, digits and hyphens. A last label of digits only would be an IPv4 address.
_LABEL: Final = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_NAME: Final = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}\Z")
# Below these, under a country, everybody can have a domain.
_SHARED: Final = frozenset({"ac", "co", "com", "edu", "go", "gov", "gv", "ne", "net", "or", "org"})


def server_name(text: str) -> str:
    """A full name in lower-case ASCII, never an address; raises `LookUpFailed`."""
    try:
        name = host_name(text.strip(" ")).lower()
    except UnsafeArgument:
        raise LookUpFailed("host_invalid") from None
    if not _NAME.match(name):
        raise LookUpFailed("host_invalid")
    return name


def domains_of_exchanger(exchanger: str) -> list[str]:
    """Domains under which the provider of a mail exchanger may publish its settings, the longest first.

    Those are the name without its first label (`mail.protection.outlook.com`) and the registered domain, which is
    guessed without a list of public suffixes.
    """
    labels = exchanger.split(".")
    is_shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED
    registered = labels[-3:] if is_shared else labels[-2:]
    parent = labels[1:] if len(labels) > len(registered) else labels
    return list(dict.fromkeys((".".join(parent), ".".join(registered))))
