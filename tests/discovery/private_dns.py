"""A DNS server on loopback that answers for the names it was told, and says of all others that they do not exist."""

import socket
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

from app.discovery import Records


class PrivateDns:
    """`asked` is every question as `(name, type)`, both as text."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.is_silent = False
        self._records: dict[tuple[str, str], list[Sequence[str]]] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def records(self) -> Records:
        """The product's own questions, put to this server."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = self._socket.getsockname()[1]
        return Records(resolver)

    def add(self, name: str, kind: str, *rdata: str) -> None:
        """One answer for a name and a type; added again, it is the answer to the next question, and the last stays."""
        self._records.setdefault((name, kind), []).append(rdata)

    def _serve(self) -> None:
        while True:
            wire, client = self._socket.recvfrom(4096)
            if not wire:
                return
            if not self.is_silent:
                self._socket.sendto(self._answer(dns.message.from_wire(wire)).to_wire(), client)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        answers = self._records.get((name, kind), [])
        if answers:
            rdata = answers.pop(0) if len(answers) > 1 else answers[0]
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *rdata))
        elif not any(name == known for known, _ in self._records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response
