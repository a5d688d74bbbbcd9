"""What a rep keeps private: such mails are never analysed, only counted as seen.

Words in the subject that mark private mail are always excluded, and mail to private addresses unless the rep wants it
judged; a rep adds addresses, domains and further words.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Self

from app.mail.message import MailMessage
from app.store.schema import Mailbox
from app.store.vault import DataVault

# As whole words: a mail about "Privatkunden" or a private-label offer is business.
ALWAYS: Final = ("privat", "private", "vertraulich", "confidential", "betriebsrat", "works council")


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Lower-case addresses, domains, and words that stand in a subject; `is_private` tells a private address."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    words: tuple[str, ...] = ALWAYS
    is_private: Callable[[str], bool] | None = None

    @classmethod
    def parse(cls, lines: Iterable[str], is_private: Callable[[str], bool] | None = None) -> Self:
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
        return cls(frozenset(addresses), frozenset(domains), tuple(words), is_private)

    def cover(self, message: MailMessage) -> bool:
        """Whether this mail is private."""
        addresses = [recipient.email for recipient in message.recipients]
        return self.cover_outside(addresses, message.subject) or self._has_private(message, addresses)

    def _has_private(self, message: MailMessage, addresses: Iterable[str]) -> bool:
        """A copy to oneself says nothing of the others: the rep's own address may be at such a provider."""
        own = message.sender.email if message.sender else None
        return self.is_private is not None and any(self.is_private(one) for one in addresses if one != own)

    def cover_outside(self, addresses: Iterable[str], subject: str) -> bool:
        """Whether a mail with these people, lower-case, and this subject is private."""
        for address in addresses:
            if address in self.addresses or address.rpartition("@")[2] in self.domains:
                return True
        folded = subject.casefold()
        return any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", folded) for word in self.words)


def exclusion_lines(vault: DataVault, mailbox: Mailbox) -> list[str]:
    """The rep's own entries, one a line; raises `Tampered`."""
    if mailbox.exclusions is None:
        return []
    return vault.unseal_text(f"mailbox/{mailbox.id}/exclusions", mailbox.exclusions).splitlines()


def set_exclusions(vault: DataVault, mailbox: Mailbox, lines: str) -> None:
    mailbox.exclusions = vault.seal_text(f"mailbox/{mailbox.id}/exclusions", lines)
