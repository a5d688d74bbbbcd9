"""The proxy itself: what it does not damage is untouched, and every fault is what its name says."""

import random
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from tests.servers.fault_proxy import HARMLESS, HOST, Fault, FaultProxy, Plan, random_plans
from tests.servers.framing import Framing

OCTETS = random.Random(7).randbytes(300_000)
ANSWER = b"* 1 FETCH (BODY[] {400}\r\n" + b"x" * 400 + b")\r\nA1 OK done\r\n"


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(65_536):
            self.request.sendall(data)


class EchoServer(socketserver.ThreadingTCPServer):
    """A client that is reset is what some of these tests are about."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@pytest.fixture(scope="module")
def echo() -> Iterator[int]:
    with EchoServer((HOST, 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield int(server.server_address[1])
        server.shutdown()
        thread.join()


Connect = Callable[[Plan], socket.socket]


@pytest.fixture
def connect(echo: int) -> Iterator[Connect]:
    clients: list[socket.socket] = []
    with FaultProxy(echo) as proxy:

        def through(plan: Plan) -> socket.socket:
            proxy.plans = lambda: plan
            clients.append(socket.create_connection((HOST, proxy.port), 10))
            return clients[-1]

        yield through
        for client in clients:
            client.close()


def echoed(client: socket.socket, data: bytes) -> bytes:
    """All that comes back, until the other side closes or enough has come."""
    sender = threading.Thread(target=_send, args=(client, data))
    sender.start()
    received = b"".join(iter(lambda: client.recv(65_536), b""))
    sender.join()
    return received


def _send(client: socket.socket, data: bytes) -> None:
    with suppress(OSError):  # reset meanwhile
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("fault", [None, *sorted(HARMLESS)])
def test_every_octet_goes_through_in_both_directions(connect: Connect, fault: Fault | None) -> None:
    data = OCTETS if fault is None else OCTETS[:20_000]
    assert echoed(connect(Plan(fault, delay=0.001, rate=1_000_000)), data) == data


def test_what_comes_before_the_fault_is_untouched(connect: Connect) -> None:
    for fault in Fault:
        client = connect(Plan(fault, octets=10_000))
        client.sendall(b"a1 NOOP\r\n")
        assert client.recv(100) == b"a1 NOOP\r\n"


def test_a_reset_is_one(connect: Connect) -> None:
    client = connect(Plan(Fault.RESET, octets=4))
    with pytest.raises(ConnectionResetError):
        echoed(client, b"a1 NOOP\r\n" * 100)


def test_an_idle_connection_is_reset_when_its_time_has_come(connect: Connect) -> None:
    client = connect(Plan(Fault.RESET, octets=10_000, seconds=0.1))
    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_a_half_open_connection_says_nothing_before_it_is_reset(connect: Connect) -> None:
    client = connect(Plan(Fault.HALF_OPEN, silence=0.3))
    client.sendall(b"a1 NOOP\r\n")
    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_a_cut_comes_in_the_middle_of_a_literal_and_is_an_orderly_end(connect: Connect) -> None:
    client = connect(Plan(Fault.CUT_IN_LITERAL))
    client.sendall(ANSWER)
    received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert ANSWER.startswith(received)
    assert b"{400}\r\n" not in received[-7:]
    assert len(received) < ANSWER.index(b")\r\n")


def test_an_answer_is_lost_after_the_literal_has_arrived(connect: Connect) -> None:
    client = connect(Plan(Fault.ANSWER_LOST))
    client.sendall(b"a1 APPEND {3}\r\n")
    assert client.recv(100) == b"a1 APPEND {3}\r\n"
    client.sendall(b"abc\r\n")
    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_garbage_comes_between_two_lines(connect: Connect) -> None:
    client = connect(Plan(Fault.GARBAGE, noise=b"\xff\x00?"))
    client.sendall(b"* OK\r\n")
    assert client.recv(100) == b"\xff\x00?* OK\r\n"


def test_one_seed_draws_the_same_faults_again() -> None:
    first, second = random_plans(5), random_plans(5)
    assert [first() for _ in range(50)] == [second() for _ in range(50)]


def test_framing_is_followed_over_any_chunks() -> None:
    line_starts = {ANSWER.index(b"A1 OK"), len(ANSWER)}
    for size in range(1, 40):
        framing = Framing()
        for start in range(0, len(ANSWER), size):
            framing.feed(ANSWER[start : start + size])
            end = min(start + size, len(ANSWER))
            assert framing.at_line_start == (end in line_starts)
