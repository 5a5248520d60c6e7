# SPDX-License-Identifier: Apache-2.0
"""Several clients on one port: roles, one lease, and nobody who can hurt another."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
import stat
import struct
from pathlib import Path

import pytest

from phosphene.errors import BoardNotFound, Busy, Forbidden, LineError, LinkLost, PortBusy, VersionMismatch
from phosphene.exact import Coprocessor
from phosphene.line.broker.channel import BrokerChannel
from phosphene.line.broker.documents import Attach, Bye, Role
from phosphene.line.broker.messages import CALL, VERSION, Kind, Reader, pack
from phosphene.line.broker.rendezvous import Rendezvous, running
from phosphene.line.link import Link
from phosphene.line.tap import Direction, TapRecord
from phosphene_tools.sim.board import SimBoard
from tests.broker.desk import channel_of, client, kill_broker, on_a_board, socket_of, until, words
from tests.line.peer import PtyPeer


def test_clients_that_come_at_once_find_one_broker_behind_a_private_socket(run_time_folder: Path) -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        channels = await asyncio.gather(*(BrokerChannel.attach(port) for _ in range(4)))
        pids = {channel.broker_pid for channel in channels}
        assert len(pids) == 1
        assert [(holder.pid, holder.port) for holder in running()] == [(pids.pop(), port)]
        path = socket_of(run_time_folder)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        status = await channels[0].status()
        assert [(found.name, found.pid) for found in status.clients] == [(channels[0].name, os.getpid())] * 4
        with pytest.raises(PortBusy, match=f"process {channels[0].broker_pid}"), Rendezvous(port).held():
            pass
        with pytest.raises(PortBusy):
            await Link.open(port)
        await asyncio.gather(*(channel.close() for channel in channels))

    on_a_board(scenario)


def test_the_device_by_another_name_is_served_by_the_same_broker() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port) as mcu, client(board.port) as other:
            assert channel_of(mcu).broker_pid == channel_of(other).broker_pid

    on_a_board(scenario)


def test_a_role_bounds_what_a_client_may_call() -> None:
    async def scenario(board: SimBoard, port: str) -> None:
        async with client(port, "observe") as observer, client(port) as operator, client(port, "maintain") as keeper:
            assert (await observer.call("exact.integer", a=1, op="+", b=1)).value == 2
            with pytest.raises(Forbidden, match=r"role observe may not call it — gpio\.shift_out — .*role operate"):
                await observer.call("gpio.shift_out", value=1, bits=8)
            with pytest.raises(Forbidden, match="renewing the lease needs the role operate"):
                await observer.channel.renew(1, 1, 1)
            with pytest.raises(Forbidden, match="attach with role arm"):
                await operator.call("board.nonce")
            assert len((await keeper.call("board.nonce")).nonce) == 16
            assert words(board) == []
        with pytest.raises(ValueError, match="admiral"):
            await BrokerChannel.attach(port, role="admiral")

    on_a_board(scenario)


def test_one_client_at_a_time_holds_the_lease() -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port) as second:
            async with client(port) as first:
                for tick in range(1, 4):
                    await first.channel.renew(tick, tick, tick)
                with pytest.raises(Busy, match=f"the lease is held by test \\(process {os.getpid()}\\)"):
                    await second.channel.renew(1, 1, 1)
                held = [found.holds_lease for found in (await channel_of(second).status()).clients]
                assert sorted(held) == [False, True]
            async with asyncio.timeout(10):
                while True:
                    try:
                        leased = await second.channel.renew(1, 1, 1)
                        break
                    except Busy:
                        await asyncio.sleep(0.02)
            assert leased.time_us > 0

    on_a_board(scenario)


class RawClient:
    """A client that says what it likes."""

    def __init__(self, folder: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(socket_of(folder)))
        self.socket.settimeout(10)
        self._reader = Reader()

    def attach(self) -> None:
        asked = Attach(version=VERSION, role=Role.OPERATE, name="raw", pid=1)
        self.socket.sendall(pack(Kind.ATTACH, asked.dump()))
        assert self.socket.recv(65536)

    def last_words(self) -> str:
        """Read to the end of the connection and return the broker's reason."""
        reason = ""
        while data := self.socket.recv(65536):
            for kind, payload in self._reader.feed(data):
                if kind == Kind.BYE:
                    reason = Bye.load(payload).reason
        self.socket.close()
        return reason


FETCH = pack(Kind.CALL, CALL.pack(0, 1, 0, 1, 10, 1e12, bytes(8)), bytes(4))
"""A call of task 0, which any dictionary hash may call."""

NONSENSE = {
    "a length of 0": (False, struct.pack("<IB", 0, 1), "a message of 0 bytes"),
    "a length without end": (True, b"\xff" * 8, "are allowed"),
    "not attached": (False, pack(Kind.STATUS), "not expected here"),
    "an unknown kind": (True, pack(Kind.ATTACHED), "kind 32 is not expected"),
    "attached twice": (True, pack(Kind.ATTACH, b"{}"), "kind 1 is not expected"),
    "not JSON": (False, pack(Kind.ATTACH, b"hello"), "Invalid JSON"),
    "a wrong field": (False, pack(Kind.ATTACH, b'{"version":1,"role":"king","name":"","pid":1}'), "role"),
    "another version": (
        False,
        pack(Kind.ATTACH, b'{"version":99,"role":"observe","name":"","pid":1}'),
        "version 1, you 99",
    ),
    "a call cut short": (True, pack(Kind.CALL, b"\0\0\0"), "at least"),
    "a slot twice": (True, FETCH * 2, "slot 0"),
    "a slot that is none": (True, pack(Kind.CALL, CALL.pack(9999, 1, 1, 1, 10, 1.0, bytes(8))), "slot 9999"),
    "a deadline that is none": (True, pack(Kind.CALL, CALL.pack(0, 1, 1, 1, 10, float("nan"), bytes(8))), "nan"),
    "stopping without the role": (True, pack(Kind.STOP), "needs the role maintain"),
}


def test_nonsense_ends_the_connection_that_it_came_from_with_a_reason_and_no_other(run_time_folder: Path) -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            for name, (attached, said, reason) in NONSENSE.items():
                raw = RawClient(run_time_folder)
                if attached:
                    await asyncio.to_thread(raw.attach)
                raw.socket.sendall(said)
                words_ = await asyncio.to_thread(raw.last_words)
                assert reason in words_, name
                assert (await mcu.call("exact.integer", a=2, op="*", b=3)).value == 6
            assert len((await channel_of(mcu).status()).clients) == 1

    on_a_board(scenario)


def test_random_bytes_from_clients_end_those_clients_only(run_time_folder: Path) -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        dice = random.Random(2)
        async with client(port) as mcu:
            for n in range(60):
                raw = RawClient(run_time_folder)
                if n % 2:
                    await asyncio.to_thread(raw.attach)
                for _ in range(20):
                    # Half of it is noise, half are messages of a right length with noise inside.
                    noise = dice.randbytes(dice.randrange(64))
                    said = noise if dice.random() < 0.5 else pack(Kind(dice.choice(list(Kind))), noise)
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        raw.socket.sendall(said)
                raw.socket.close()
            assert (await mcu.call("exact.integer", a=2, op="*", b=3)).value == 6
            async with asyncio.timeout(10):
                while len((await channel_of(mcu).status()).clients) > 1:
                    await asyncio.sleep(0.01)

    on_a_board(scenario)


def test_a_client_that_does_not_read_loses_its_own_events_and_nobody_elses_time(run_time_folder: Path) -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            raw = RawClient(run_time_folder)
            await asyncio.to_thread(raw.attach)
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.socket.sendall(pack(Kind.TAP_ON))
            # Each echo shows as about 2.6 kB in the tap: enough to fill every buffer on the way.
            for _ in range(20):
                await mcu.batch([("echo.echo", {"data": bytes(1024)})] * 40, timeout=20)
            deaf = next(found for found in (await channel_of(mcu).status()).clients if found.name == "raw")
            assert deaf.taps_dropped > 0
            raw.socket.close()

    on_a_board(scenario)


async def ask_for_ever(connection: socket.socket) -> None:
    while True:
        await asyncio.get_running_loop().sock_sendall(connection, pack(Kind.STATUS, bytes(4)) * 100)


def test_a_client_that_asks_and_never_reads_is_cut_off(run_time_folder: Path) -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            raw = RawClient(run_time_folder)
            await asyncio.to_thread(raw.attach)
            raw.socket.setblocking(False)
            async with asyncio.timeout(30):
                with pytest.raises((BrokenPipeError, ConnectionResetError)):
                    await ask_for_ever(raw.socket)
            raw.socket.close()
            assert (await mcu.call("exact.integer", a=2, op="*", b=3)).value == 6

    on_a_board(scenario)


def test_a_tap_shows_every_frame_both_ways_to_whoever_asks() -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port) as mcu, client(port, "observe") as monitor:
            seen: list[TapRecord] = []
            leave = monitor.channel.tap(seen.append)
            await monitor.call("board.clock")
            await mcu.call("echo.echo", data=b"look at me")
            await until(lambda: sum(b"look at me" in record.raw for record in seen) >= 2)
            shown = [record for record in seen if b"look at me" in record.raw]
            assert [record.direction for record in shown] == [Direction.TO_BOARD, Direction.TO_HOST]
            assert all(record.frame.payload.endswith(b"look at me") for record in shown)  # type: ignore[union-attr]
            leave()
            await monitor.call("board.clock")
            count = len(seen)
            await mcu.call("echo.echo", data=b"look at me")
            assert len(seen) == count

    on_a_board(scenario)


def test_statistics_and_clock_are_told_to_clients() -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port) as mcu:
            await until(lambda: mcu.channel.stats.as_dict().get("calls", 0) > 0)
            loop = asyncio.get_running_loop()
            before, shown, after = (
                loop.time(),
                (await mcu.call("board.clock")).time_us,
                loop.time(),
            )
            slack = mcu.channel.clock.error_us(after) + 1000
            assert mcu.channel.clock.to_mcu(before) - slack <= shown <= mcu.channel.clock.to_mcu(after) + slack

    on_a_board(scenario)


def test_a_broker_that_is_stopped_says_so_and_is_not_started_again(run_time_folder: Path) -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port) as mcu, client(port, "maintain") as keeper:
            await channel_of(keeper).stop_broker()
            await until(lambda: mcu.closed)
            with pytest.raises(LinkLost, match="stopped by test"):
                await mcu.channel.call(1, b"", timeout=1)
        await until(lambda: not running())

    on_a_board(scenario)
    assert list(run_time_folder.glob("phosphene/*.sock")) == []
    assert list(run_time_folder.glob("phosphene/*.journal")) == []


def test_a_broker_without_clients_ends_and_gives_the_port_back() -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        async with client(port, idle_s=0.1) as mcu:
            await mcu.call("board.clock")
        await until(lambda: not running())
        async with await Link.open(port) as link:
            assert link.hello.board == "sim"

    on_a_board(scenario)


def test_what_a_killed_broker_leaves_behind_is_in_nobodys_way(run_time_folder: Path) -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        channel = await BrokerChannel.attach(port)
        mcu = Coprocessor(channel)
        kill_broker(mcu)
        await mcu.close()
        await channel.close()
        await until(lambda: not running())
        assert socket_of(run_time_folder).is_socket()
        async with client(port) as again:
            assert channel_of(again).broker_pid != channel.broker_pid
            assert (await again.call("exact.integer", a=2, op="*", b=3)).value == 6

    on_a_board(scenario)


def test_a_folder_that_others_can_write_is_refused(run_time_folder: Path) -> None:
    shared = run_time_folder / "phosphene"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(LineError, match="not private"):
        asyncio.run(BrokerChannel.attach("/dev/null"))
    shared.chmod(0o700)


def test_a_board_of_another_major_is_told_by_name(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with PtyPeer(tmp_path, major=2) as peer:
            channel = await BrokerChannel.attach(peer.port)
            try:
                assert channel.state.name == "MISMATCH"
                with pytest.raises(VersionMismatch, match=r"the host speaks protocol 1\.0, the board 2\.0"):
                    await Coprocessor.open(peer.port)
                with pytest.raises(VersionMismatch):
                    await channel.renew(1, 1, 1)
            finally:
                await channel.close()

    asyncio.run(scenario())


def test_a_port_that_is_not_there_is_told_to_the_client_that_asked() -> None:
    with pytest.raises(BoardNotFound, match="no port /dev/ttyNONE"):
        asyncio.run(BrokerChannel.attach("/dev/ttyNONE"))
