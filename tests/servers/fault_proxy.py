"""A TCP proxy that damages traffic: each connection draws a fault and the moment at which it strikes, from one seed.

It reads IMAP only as far as it must to cut inside a literal or to slip something in between two lines.
"""

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, Self

from tests.servers.framing import Framing

HOST: Final = "127.0.0.1"
CHUNK: Final = 16_384


class Fault(StrEnum):
    """What happens to a connection. The first four deliver every octet; the others end it, sooner or later."""

    LATENCY = "latency"  # each chunk is late
    BANDWIDTH = "bandwidth"  # few octets a second
    TINY_SEGMENTS = "tiny_segments"  # lines split into pieces of a few octets
    SLOW_CLOSE = "slow_close"  # an end is passed on late
    RESET = "reset"  # RST to both sides
    HALF_OPEN = "half_open"  # silence in both directions, then RST
    CUT_IN_LITERAL = "cut_in_literal"  # the end comes in the middle of a literal, in either direction
    ANSWER_LOST = "answer_lost"  # a literal reaches the server, its answer does not reach the client; then RST
    GARBAGE = "garbage"  # octets that nobody sent, between two lines from the server


HARMLESS: Final = frozenset({Fault.LATENCY, Fault.BANDWIDTH, Fault.TINY_SEGMENTS, Fault.SLOW_CLOSE})
ALL: Final = tuple(Fault)
STEPS: Final = {Fault.TINY_SEGMENTS: 7, Fault.BANDWIDTH: 1460}  # octets written at once


@dataclass(frozen=True, slots=True)
class Plan:
    """What one connection goes through: `octets` may pass, in both directions together, before the fault strikes.

    It also strikes after `seconds`, so that a connection that idles is not spared. After its `lifetime` in seconds any
    connection is reset. By default nothing ever happens.
    """

    fault: Fault | None = None
    octets: int = 0
    seconds: float = 60.0
    delay: float = 0.02  # of a chunk, and of an end that is passed on late
    rate: int = 20_000  # octets a second
    silence: float = 2.0  # seconds until a half-open connection is reset
    noise: bytes = b""
    lifetime: float | None = None


Planner = Callable[[], Plan]


def random_plans(seed: int, faults: Sequence[Fault] = ALL, *, spared: float = 0.2, silence: float = 2.0) -> Planner:
    """Plans drawn from a seed; a share of `spared` connections only comes to a sudden end."""
    chance = random.Random(seed)

    def draw() -> Plan:
        if chance.random() < spared:
            return Plan(lifetime=chance.uniform(1, 8))
        return Plan(
            fault=chance.choice(faults),
            octets=int(chance.expovariate(1 / 6000)),
            seconds=chance.uniform(0.2, 8),
            delay=chance.uniform(0.001, 0.08),
            rate=chance.randrange(10_000, 200_000),
            silence=chance.uniform(0.2, silence),
            noise=chance.randbytes(chance.randrange(1, 60)),
            lifetime=chance.uniform(1, 8),
        )

    return draw


class Ended(Exception):
    """This connection is over: both sides are reset, or closed where the other side is to see an orderly end."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__(reset)
        self.reset = reset


class FaultProxy:
    """Listens on `port` and speaks for the server on `target`; one thread of its own serves all connections."""

    def __init__(self, target: int, plans: Planner = Plan) -> None:
        self.target = target
        self.plans = plans
        self.struck: Counter[Fault] = Counter()
        self.connections = 0
        self._tasks: set[asyncio.Task[Any] | None] = set()  # the loop itself holds them only weakly
        self._loop = asyncio.new_event_loop()
        self._listener = socket.create_server((HOST, 0), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, name="fault-proxy")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def calm(self) -> None:
        """No connection from now on is damaged; those under way come to the end that they have drawn."""
        self.plans = Plan

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            server = self._loop.run_until_complete(asyncio.start_server(self._accept, sock=self._listener))
            self._loop.run_forever()
            server.close()
            # A connection that was just accepted gets to where it can be closed.
            self._loop.run_until_complete(asyncio.sleep(0.01))
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(_ended(asyncio.all_tasks(self._loop)))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._tasks.add(asyncio.current_task())
        # At the end of the proxy the streams' own callback would report a cancelled connection as an error.
        with contextlib.suppress(asyncio.CancelledError, OSError):
            try:
                there = await asyncio.open_connection(HOST, self.target)
                await Link(self.plans(), self.struck, (reader, writer), there).run()
            finally:
                writer.close()
                self._tasks.discard(asyncio.current_task())


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Link:
    """One connection: `here` is the client's side, `there` the server's."""

    def __init__(self, plan: Plan, struck: Counter[Fault], here: Stream, there: Stream) -> None:
        self._plan = plan
        self._struck = struck
        self._here, self._there = here, there
        self._passed = 0
        self._uploaded = False
        self._due = asyncio.Event()
        self._count(0)

    async def run(self) -> None:
        clock = asyncio.get_running_loop().call_later(self._plan.seconds, self._due.set)
        ends = [asyncio.ensure_future(self._pump_both())]
        if self._plan.fault in (Fault.RESET, Fault.HALF_OPEN):
            ends.append(asyncio.ensure_future(self._strike_in_time()))
        if self._plan.lifetime is not None:
            ends.append(asyncio.ensure_future(self._die_in_time(self._plan.lifetime)))
        reset = True
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.gather(*done)
            reset = False
        except Ended as end:
            reset = end.reset
        except OSError:
            pass  # one side went away, and the other is told in the same way
        finally:
            clock.cancel()
            for task in ends:
                task.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
            if self._plan.fault is not None and self._due.is_set():
                self._struck[self._plan.fault] += 1
            self._close(reset=reset)

    async def _pump_both(self) -> None:
        await asyncio.gather(
            self._pump(self._here[0], self._there[1], from_server=False),
            self._pump(self._there[0], self._here[1], from_server=True),
        )

    def _count(self, octets: int) -> None:
        self._passed += octets
        if self._passed >= self._plan.octets:
            self._due.set()

    async def _strike_in_time(self) -> None:
        """Also where there is no traffic."""
        await self._due.wait()
        if self._plan.fault is Fault.HALF_OPEN:
            await asyncio.sleep(self._plan.silence)
        raise Ended(reset=True)

    async def _die_in_time(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        raise Ended(reset=True)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, from_server: bool) -> None:
        framing = Framing()
        while data := await source.read(CHUNK):
            await self._pass_on(data, sink, framing, from_server=from_server)
        if self._plan.fault is Fault.SLOW_CLOSE:
            await asyncio.sleep(self._plan.delay * 10)
        with contextlib.suppress(OSError):
            sink.write_eof()

    async def _pass_on(self, data: bytes, sink: asyncio.StreamWriter, framing: Framing, *, from_server: bool) -> None:
        fault = self._plan.fault if self._due.is_set() else None
        self._count(len(data))
        if fault is Fault.RESET or (fault is Fault.ANSWER_LOST and from_server and self._uploaded):
            raise Ended(reset=True)
        if fault is Fault.HALF_OPEN:
            await asyncio.sleep(self._plan.silence * 2)
        elif fault is Fault.CUT_IN_LITERAL and (cut := framing.inside_literal(data)) is not None:
            sink.write(data[:cut])
            await sink.drain()
            raise Ended(reset=False)
        elif fault is Fault.GARBAGE and from_server and framing.at_line_start:
            data = self._plan.noise + data
        framing.feed(data)
        self._uploaded = self._uploaded or (framing.literals > 0 and not from_server)
        await self._write(data, sink, fault)

    async def _write(self, data: bytes, sink: asyncio.StreamWriter, fault: Fault | None) -> None:
        step = STEPS.get(fault, len(data)) if fault else len(data)
        for start in range(0, len(data), step):
            piece = data[start : start + step]
            await asyncio.sleep(self._pause(fault, len(piece)))
            sink.write(piece)
            await sink.drain()

    def _pause(self, fault: Fault | None, size: int) -> float:
        if fault is Fault.LATENCY:
            return self._plan.delay
        return size / self._plan.rate if fault is Fault.BANDWIDTH else 0.0

    def _close(self, *, reset: bool) -> None:
        for _, writer in (self._here, self._there):
            if reset:
                _reset_on_close(writer)
                writer.transport.abort()
            else:
                writer.close()


async def _ended(tasks: set[asyncio.Task[Any]]) -> None:
    """Wait for them, and for the transports that they close."""
    await asyncio.gather(*(task for task in tasks if task is not asyncio.current_task()), return_exceptions=True)
    await asyncio.sleep(0.01)


def _reset_on_close(writer: asyncio.StreamWriter) -> None:
    end = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
