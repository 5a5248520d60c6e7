# SPDX-License-Identifier: Apache-2.0
"""Link over real pseudo terminals and sockets, with the model of PROTOCOL.md behind them."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from phosphene.errors import (
    BoardNotFound,
    Busy,
    Late,
    LineError,
    LinkLost,
    OutcomeUnknown,
    PortBusy,
    VersionMismatch,
)
from phosphene.line.events import Gap, LinkState, StateChange
from phosphene.line.faults import FaultPlan
from phosphene.line.frame import Frame
from phosphene.line.link import Link
from phosphene.line.tap import Direction, TapRecord
from phosphene.line.wire import Event, FrameType
from tests.line.make_vectors import le
from tests.line.model_firmware import ECHO, EFFECT, REFUSE, REPLY_OF
from tests.line.peer import PtyPeer


def with_peer(test: Callable[[PtyPeer], Awaitable[None]], folder: Path, **keywords: int) -> None:
    async def run() -> None:
        async with PtyPeer(folder, **keywords) as peer:
            await asyncio.wait_for(test(peer), 30)

    asyncio.run(run())


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        await asyncio.sleep(0.005)


def test_calls_of_every_size_come_back(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port) as link:
            assert link.state is LinkState.UP
            assert link.hello.board == "model"
            for size in (0, 1, 8, 185, 186, 1024, 2041):
                data = os.urandom(size)
                assert await link.call(ECHO, data, timeout=5) == data
            assert await link.call(REPLY_OF, le(2000, 4), timeout=5) == bytes(i * 7 & 0xFF for i in range(2000))
            assert link.stats.round_trips.count == 8
            assert 0 < link.stats.round_trips.p50 <= link.stats.round_trips.p99
            assert link.stats.as_dict()["answered"] == 8
        assert peer.model.session == 0  # it said goodbye

    with_peer(test, tmp_path)


def test_many_tasks_share_a_link_and_order_is_kept(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port) as link:
            args = [b"%d" % n for n in range(300)]
            answers = await asyncio.gather(*(link.call(EFFECT, data, timeout=10) for data in args))
            assert [answer[4:] for answer in answers] == args
            assert [entry[4] for entry in peer.model.world.effects] == args

    with_peer(test, tmp_path)


def test_refusals_and_late_calls_are_raised(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port) as link:
            with pytest.raises(Busy):
                await link.call(REFUSE, b"", timeout=5)
            peer.deaf = True
            with pytest.raises(Late):
                await link.call(ECHO, b"", timeout=0.05, idempotent=True)
            sent: list[tuple[int, int, int]] = []
            with pytest.raises(OutcomeUnknown) as caught:
                await link.call(EFFECT, b"", timeout=0.05, on_sent=lambda *name: sent.append(name))
            assert sent == [(caught.value.boot_id, caught.value.session, caught.value.request)]
            peer.deaf = False
            assert await link.call(EFFECT, b"on it goes", timeout=5)

    with_peer(test, tmp_path)


def test_a_cancelled_caller_costs_the_others_nothing(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port) as link:
            peer.deaf = True
            tasks = [asyncio.create_task(link.call(EFFECT, b"%d" % n, timeout=10)) for n in range(12)]
            await asyncio.sleep(0.02)
            tasks[2].cancel()  # written
            tasks[10].cancel()  # waiting
            await asyncio.sleep(0)
            peer.deaf = False
            answers = await asyncio.gather(*tasks, return_exceptions=True)
            assert [n for n, answer in enumerate(answers) if not isinstance(answer, bytes)] == [2, 10]
            happened = [entry[4] for entry in peer.model.world.effects]
            assert b"10" not in happened  # it had not been sent, and was not

    with_peer(test, tmp_path)


def test_a_pulled_cable_and_another_terminal(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port) as link:
            events = link.subscribe()
            session = peer.model.session
            peer.deaf = True
            in_flight = asyncio.create_task(link.call(EFFECT, b"in flight", timeout=10))
            await asyncio.sleep(0.02)
            peer.unplug()
            await until(lambda: link.state is LinkState.DOWN)
            meanwhile = asyncio.create_task(link.call(EFFECT, b"meanwhile", timeout=10))
            with pytest.raises(Late, match="before it was sent"):
                await link.call(EFFECT, b"", timeout=0.02)
            peer.deaf = False
            peer.plug()
            assert (await in_flight)[4:] == b"in flight"
            assert (await meanwhile)[4:] == b"meanwhile"
            assert peer.model.session == session
            assert [entry[4] for entry in peer.model.world.effects] == [b"in flight", b"meanwhile"]
            states = [(await anext(events)).state for _ in range(3)]  # type: ignore[union-attr]
            assert states == [LinkState.DOWN, LinkState.CONNECTING, LinkState.UP]
            assert link.stats.disconnects == 1

    with_peer(test, tmp_path)


def test_a_reset_in_the_middle(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port) as link:
            events = link.subscribe()
            boot = link.hello.boot_id
            peer.model.after_effect = peer.reset
            with pytest.raises(OutcomeUnknown, match=r"reset \(pin\)") as caught:
                await link.call(EFFECT, b"x", timeout=5)
            assert caught.value.boot_id == boot != link.hello.boot_id
            peer.model.after_effect = None
            assert await link.call(EFFECT, b"y", timeout=5)
            seen = [await anext(events), await anext(events)]
            assert [event.state for event in seen if isinstance(event, StateChange)] == [
                LinkState.CONNECTING,
                LinkState.UP,
            ]
            assert len(peer.model.world.effects) == 2

    with_peer(test, tmp_path)


def test_a_board_that_reads_nothing_blocks_nobody_and_gets_no_pile_of_copies(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port) as link:
            peer.stop_reading()
            calls = [asyncio.create_task(link.call(EFFECT, bytes(1200), timeout=20)) for _ in range(20)]
            await asyncio.sleep(1.0)
            assert link.stats.tx_bytes < 40_000
            peer.read_again()
            for answer in await asyncio.gather(*calls):
                assert isinstance(answer, bytes)
            assert len(peer.model.world.effects) == 20

    with_peer(test, tmp_path, rx_budget=12000)


def test_events_and_renewals(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port) as link:
            events = link.subscribe()
            peer.model.event(5, b"one")
            peer.model.event(5, b"two", dropped=2)
            peer.flush()
            got = [await anext(events) for _ in range(3)]
            assert isinstance(got[0], Event)
            assert isinstance(got[2], Event)
            assert (got[0].payload, got[1], got[2].payload) == (b"one", Gap(2), b"two")
            leased = await link.renew(1, 2, 3)
            assert leased.live
            assert peer.model.leases == [(1, 2, 3)]
            events.close()
            assert [event async for event in events] == []
            peer.deaf = True
            with pytest.raises(LinkLost):
                await link.renew(2, 3, 4, timeout=0.05)

    with_peer(test, tmp_path)


def test_a_slow_listener_is_told_how_much_it_missed(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port) as link:
            events = link.subscribe()
            for n in range(1500):
                peer.model.event(5, le(n, 2))
            peer.flush()
            await until(lambda: link.stats.events == 1500)
            got = [await anext(events) for _ in range(1025)]
            assert got[1024] == Gap(1500 - 1024)
            peer.model.event(5, b"later")
            peer.flush()
            last = await anext(events)
            assert isinstance(last, Event)
            assert last.payload == b"later"

    with_peer(test, tmp_path)


def test_a_tap_sees_every_frame_and_then_costs_nothing(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port) as link:
            records: list[TapRecord] = []
            before = time.monotonic_ns()
            leave = link.tap(records.append)
            await link.call(ECHO, b"hi", timeout=5)
            peer.model.sent += b"\x11\x22\x33\0"
            peer.flush()
            await until(lambda: len(records) == 3)
            leave()
            await link.call(ECHO, b"unseen", timeout=5)
            call, result, noise = records
            assert isinstance(call.frame, Frame)
            assert isinstance(result.frame, Frame)
            assert (call.direction, call.frame.type) == (Direction.TO_BOARD, FrameType.CALL)
            assert (result.direction, result.frame.type) == (Direction.TO_HOST, FrameType.RESULT)
            assert not isinstance(noise.frame, Frame)
            assert noise.raw == b"\x11\x22\x33\0"
            assert before < call.at_ns <= result.at_ns <= noise.at_ns <= time.monotonic_ns()

    with_peer(test, tmp_path)


def test_faults_on_a_real_port(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        plan = FaultPlan.uniform(0.15, seed=11)
        async with await Link.open(peer.port, faults=plan) as link:
            for n in range(60):
                args = b"%d" % n
                assert (await link.call(EFFECT, args, timeout=20))[4:] == args
            assert [entry[4] for entry in peer.model.world.effects] == [b"%d" % n for n in range(60)]
            assert link.faults is not None
            assert sum(link.faults.counts.values()) > 10
            assert link.stats.retries > 0

    with_peer(test, tmp_path)


def failing(error: type[LineError], *told: str, port: str, timeout: float = 0.2) -> None:
    async def run() -> None:
        with pytest.raises(error) as caught:
            await Link.open(port, timeout=timeout)
        for part in told:
            assert part in str(caught.value)

    asyncio.run(run())


def test_a_port_that_is_not_there(tmp_path: Path) -> None:
    failing(BoardNotFound, "there is no port", str(tmp_path), port=str(tmp_path / "nothing"))
    failing(BoardNotFound, "no USB port has the id", port="id:nobody-has-this")
    failing(BoardNotFound, "is not an address", port="socket://nowhere")


def test_a_port_that_is_no_serial_port(tmp_path: Path) -> None:
    plain = tmp_path / "file"
    plain.write_text("no port")
    failing(LinkLost, str(plain), "can't be opened", port=str(plain))


def test_a_port_that_somebody_else_has(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port):
            with pytest.raises(PortBusy, match="broker"):
                await Link.open(peer.port)

    with_peer(test, tmp_path)


def test_a_silent_port_and_a_babbling_one(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        peer.deaf = True
        peer.model.sent.clear()
        with pytest.raises(BoardNotFound, match="nothing came at all"):
            await Link.open(peer.port, timeout=0.1)

        async def babble() -> None:
            while True:
                peer.model.sent += b">>> Traceback\r\n\0"
                peer.flush()
                await asyncio.sleep(0.01)

        babbling = asyncio.create_task(babble())
        with pytest.raises(BoardNotFound, match=r"0 good frames.*REPL"):
            await Link.open(peer.port, timeout=0.2)
        babbling.cancel()

    with_peer(test, tmp_path)


def test_another_major_opens_and_refuses_calls(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        async with await Link.open(peer.port) as link:
            assert link.state is LinkState.MISMATCH
            assert link.hello.major == 2
            with pytest.raises(VersionMismatch, match=r"1\.0.*2\.0"):
                await link.call(ECHO, b"", timeout=5)

    with_peer(test, tmp_path, major=2)


def test_a_closed_link_says_so(tmp_path: Path) -> None:
    async def test(peer: PtyPeer) -> None:
        link = await Link.open(peer.port)
        peer.deaf = True
        written = asyncio.create_task(link.call(EFFECT, b"", timeout=9))
        repeatable = asyncio.create_task(link.call(ECHO, b"", timeout=9, idempotent=True))
        await asyncio.sleep(0.01)
        await link.close()
        await link.close()
        with pytest.raises(OutcomeUnknown):
            await written
        with pytest.raises(LinkLost):
            await repeatable
        with pytest.raises(LinkLost, match="closed"):
            await link.call(ECHO, b"", timeout=9)
        with pytest.raises(LinkLost, match="closed"):
            await link.renew(1, 1, 1)

    with_peer(test, tmp_path)


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial 3.5's own
@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
def test_network_ports(scheme: str, tmp_path: Path) -> None:
    """`socket://` speaks to a plain TCP server; rfc2217 through pyserial's own server class."""

    async def test(peer: PtyPeer) -> None:
        server = await _serve(peer, rfc2217=scheme == "rfc2217")
        async with server:
            port = server.sockets[0].getsockname()[1]
            async with await Link.open(f"{scheme}://127.0.0.1:{port}", timeout=10) as link:
                for size in (0, 8, 1500):
                    data = os.urandom(size)
                    assert await link.call(ECHO, data, timeout=5) == data

    with_peer(test, tmp_path)


async def _serve(peer: PtyPeer, *, rfc2217: bool) -> asyncio.Server:
    """Serve the peer's model on TCP."""
    import logging

    import serial
    from serial.rfc2217 import PortManager

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        class Connection:
            def write(self, data: bytes) -> None:
                writer.write(data)

        handle = serial.serial_for_url("loop://", baudrate=9600)
        logger = logging.getLogger("rfc2217")
        manager = PortManager(handle, Connection(), logger=logger) if rfc2217 else None  # pyright: ignore[reportArgumentType]
        try:
            while data := await reader.read(4096):
                if manager is not None:
                    data = b"".join(manager.filter(data))
                peer.model.receive(data, asyncio.get_running_loop().time())
                sent, peer.model.sent = bytes(peer.model.sent), bytearray()
                writer.write(b"".join(manager.escape(sent)) if manager is not None else sent)
        finally:
            handle.close()
            writer.close()

    peer.model.sent.clear()
    peer.model.boot(asyncio.get_running_loop().time(), cause=1)
    return await asyncio.start_server(client, "127.0.0.1", 0)
