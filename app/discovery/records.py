"""Asks the DNS: addresses, MX and SRV records. What comes back is as strangers wrote it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.discovery.errors import LookUpFailed

if TYPE_CHECKING:
    from dns.name import Name
    from dns.resolver import Resolver

LIFETIME: Final = 3.0  # seconds for one question, with all repetitions
MOST_RECORDS: Final = 8


@dataclass(frozen=True, slots=True)
class SrvRecord:
    """RFC 2782; a `target` of "." says that there is no such service."""

    priority: int
    weight: int
    port: int
    target: str


class Records:
    """The DNS through the system's resolvers, or through `resolver`. Safe to use from any thread.

    Every method raises `LookUpFailed` within `LIFETIME` seconds where there is no answer.
    """

    def __init__(self, resolver: "Resolver | None" = None) -> None:
        self._given = resolver

    def exchangers(self, domain: str) -> list[str]:
        """Names of the mail exchangers by preference (RFC 5321 5.1); none for a null MX (RFC 7505)."""
        found = sorted(self._records(domain, "MX"), key=lambda record: int(record.preference))
        return [_name(record.exchange) for record in found[:MOST_RECORDS] if _name(record.exchange) != "."]

    def services(self, name: str) -> list[SrvRecord]:
        """The SRV records of a name such as `_imaps._tcp.example.com`, in order of preference."""
        found = [
            SrvRecord(int(record.priority), int(record.weight), int(record.port), _name(record.target))
            for record in self._records(name, "SRV")
        ]
        return sorted(found, key=lambda record: (record.priority, -record.weight, record.target))[:MOST_RECORDS]

    def addresses(self, host: str, _port: int) -> list[str]:
        """A `Resolver` of `app.mail.imap_address`, which unlike the system's ends in time; raises OSError."""
        try:
            return list(
                self._answer(host, lambda resolver, name: resolver.resolve_name(name, lifetime=LIFETIME).addresses())
            )
        except LookUpFailed as error:
            raise OSError(error.code) from None

    def _records(self, name: str, kind: str) -> list[Any]:
        return list(self._answer(name, lambda resolver, full: resolver.resolve(full, kind, lifetime=LIFETIME)))

    def _answer(self, name: str, ask: "Callable[[Resolver, Name], Iterable[Any]]") -> "Iterable[Any]":
        from dns.exception import DNSException, Timeout
        from dns.name import from_text
        from dns.resolver import NXDOMAIN, NoAnswer, Resolver

        try:
            return ask(self._given or Resolver(), from_text(name + "."))
        except (NXDOMAIN, NoAnswer):
            raise LookUpFailed("no_record") from None
        except Timeout:
            raise LookUpFailed("dns_timeout") from None
        except (DNSException, OSError):
            raise LookUpFailed("dns_failed") from None


def _name(name: Any) -> str:
    text: str = name.to_text(omit_final_dot=True)
    return text.lower()
