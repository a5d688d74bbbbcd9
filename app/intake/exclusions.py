"""What a rep keeps private: such mails are never analysed, only counted as seen.

Words in the subject that mark private mail are always excluded; a rep adds addresses, domains and further words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from app.mail.message import MailMessage
from app.store.schema import Mailbox
from app.store.vault import DataVault

# As whole words: a mail about "Privatkunden" or a private-label offer is business.
ALWAYS: Final = ("privat", "private", "vertraulich", "confidential", "betriebsrat", "works council")


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Lower-case addresses, domains, and words that stand in a subject."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    words: tuple[str, ...] = ALWAYS

    @classmethod
    def parse(cls, lines: Iterable[str]) -> Self:
        """One entry a line: `anna@x.example` is an address, `x.example` or `@x.example` a domain, all else a word."""
        addresses, domains, words = set(), set(), list(ALWAYS)
        for entry in filter(None, (line.strip().casefold() for line in lines)):
            local, at, domain = entry.rpartition("@")
            if at and local:
                addresses.add(entry)
            elif at or re.fullmatch(r"[\w-]+(\.[\w-]+)+", entry):
                domains.add(domain or entry)
            else:
                words.append(entry)
        return cls(frozenset(addresses), frozenset(domains), tuple(words))

    def cover(self, message: MailMessage) -> bool:
        """Whether this mail is private."""
        for recipient in message.recipients:
            if recipient.email in self.addresses or recipient.email.rpartition("@")[2] in self.domains:
                return True
        subject = message.subject.casefold()
        return any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", subject) for word in self.words)


def exclusion_lines(vault: DataVault, mailbox: Mailbox) -> list[str]:
    """The rep's own entries, one a line; raises `Tampered`."""
    if mailbox.exclusions is None:
        return []
    return vault.unseal_text(f"mailbox/{mailbox.id}/exclusions", mailbox.exclusions).splitlines()


def set_exclusions(vault: DataVault, mailbox: Mailbox, lines: str) -> None:
    mailbox.exclusions = vault.seal_text(f"mailbox/{mailbox.id}/exclusions", lines)
