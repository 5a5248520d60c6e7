# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench dispenser`: doses through a damaged line, with the board disturbed; what flowed is known outside."""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.exact.results import Results
from phosphene.line.faults import FaultPlan
from phosphene.line.link import Link
from phosphene_tools.arming import grant_for
from phosphene_tools.bench.board import configuration, linked
from phosphene_tools.bench.dispenser_disturbances import KINDS, Disturbances
from phosphene_tools.bench.dispenser_verdict import Dose, Told, judge, void
from phosphene_tools.bench.figures import heading
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.sim.devices.flow_meter import FlowMeter

PULSES_PER_LITRE = 5000
ML_PER_S = 20.0
PULSE_ML = 1000 / PULSES_PER_LITRE
WIRING = {"pump": "pump", "flow": "flow", "pulses_per_litre": PULSES_PER_LITRE, "max_hz": 100}
OVERRUN_ML = ML_PER_S * configuration()["deadman_ms"] / 1000 + 2 * 1000 / PULSES_PER_LITRE
"""What flows beyond a dose while a frozen board has not lost its ENABLE."""
DISTURBED = 0.5
"""Share of the doses in which something happens to the board, beside the line's faults."""
FRAME_FAULTS = 0.12
"""Share of the frames of each direction that the plan hits."""
PATIENCE_S = 90.0
MOST_VOID = 3
"""A run ends when this many times its doses were spoilt by the simulator's own delays; it is then short of doses."""
ORDERS = 3
"""How often each dose is asked for, once it is known what became of it."""


class Host:
    """Renews the lease, arms, and asks for a dose until it is told what became of it."""

    def __init__(self, board: SimBoard, link: Link, mcu: Coprocessor) -> None:
        self._board, self._link, self._mcu = board, link, mcu
        self._count = 0
        self.silent = False

    async def renew(self) -> None:
        """Prove progress ten times a second, unless `silent`."""
        while True:
            self._count += 1
            if not self.silent:
                task = asyncio.create_task(self._renew_once())
                task.add_done_callback(lambda done: done.exception() if not done.cancelled() else None)
            await asyncio.sleep(0.1)

    async def _renew_once(self) -> None:
        await self._link.renew(self._count, self._count, self._count)

    async def order(self, key: int, ml: Decimal) -> Told:
        """Ask for a dose again and again, always under its key, until its end is told."""
        while True:
            try:
                return await self._order_once(key, ml)
            except LineError:
                told = await self._ask(key)
                if told is not None:
                    return told
            await self._arm()

    async def _order_once(self, key: int, ml: Decimal) -> Told:
        process = await self._mcu.start("dispense.pour", key=key, ml=ml, timeout=5)
        return _told(await process.result())

    async def _ask(self, key: int) -> Told | None:
        """What became of a dose; None when nothing did."""
        while True:
            try:
                answer = await self._mcu.call("dispense.outcome", key=key, timeout=5)
            except LineError:
                await asyncio.sleep(0.02)  # the line or the board comes back
                continue
            if answer.outcome == "never":
                return None
            if answer.outcome != "pouring":
                return _told(answer)
            await asyncio.sleep(0.02)

    async def _arm(self) -> None:
        try:
            nonce = (await self._mcu.call("board.nonce")).nonce
            grant = grant_for(self._board.arm_key, self._link.hello.boot_id, nonce)
            await self._mcu.call("board.arm", grant=grant)
        except LineError:
            await asyncio.sleep(0.05)  # no lease yet, or the line's fault; the next order tells

    async def abort_all(self) -> None:
        """Stop whatever is poured."""
        try:
            for process in await self._mcu.processes():
                if process.task.name == "dispense.pour":
                    await process.abort()
        except LineError:
            pass  # then it is not aborted: an order like any other


def _told(answer: Results) -> Told:
    return Told(str(answer.outcome), answer.min_ml, answer.max_ml)


@asynccontextmanager
async def bench_board(seed: int, faults: FaultPlan | None) -> AsyncGenerator[tuple[SimBoard, Link, Host, FlowMeter]]:
    """A board with a pump and a flow meter, and a host that renews its lease."""
    config: dict[str, Any] = configuration() | {"dispenser": WIRING}
    pins: dict[str, int] = {wired["name"]: wired["pin"] for wired in (*config["outputs"], *config["inputs"])}
    async with SimBoard(SimConfig(board_json=config, seed=seed)) as board, linked(board, faults=faults) as (link, mcu):
        meter = FlowMeter(
            board,
            pump_pin=pins["pump"],
            flow_pin=pins["flow"],
            pulses_per_litre=PULSES_PER_LITRE,
            ml_per_s=ML_PER_S,
        )
        host = Host(board, link, mcu)
        renewing = asyncio.create_task(host.renew())
        try:
            yield board, link, host, meter
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            meter.close()


async def run(doses: int, seed: int, boards: int = 1) -> dict[str, Any]:
    """All figures of the bench; keys as `phosphene bench dispenser --json` prints them.

    The doses are shared out among `boards`, which pour at the same time.
    """
    shares = [doses // boards + (number < doses % boards) for number in range(boards)]
    runs = [_Run(share, seed * 1000 + number) for number, share in enumerate(shares) if share]
    await asyncio.gather(*(one.pour() for one in runs))
    poured = [dose for one in runs for dose in one.doses]
    spoilt = [dose for one in runs for dose in one.void]
    result = heading() | {"doses": len(poured), "seed": seed, "boards": len(runs)}
    verdict = judge(poured, PULSE_ML, OVERRUN_ML)
    # What flows when a key is used again is the firmware's fault, whatever the bench did.
    verdict["double"] += sum(dose.again_ml > 0 for dose in spoilt)
    result |= verdict | {"void": len(spoilt)}
    result |= {"disturbed": dict(sorted(Counter(dose.disturbed for dose in poured if dose.disturbed).items()))}
    for count in ("boots", "torn_pages", "frames", "line_faults"):
        result[count] = sum(one.counts[count] for one in runs)
    return result


class _Run:
    """The doses of one board."""

    def __init__(self, share: int, seed: int) -> None:
        self._share, self._seed = share, seed
        self.doses: list[Dose] = []
        self.void: list[Dose] = []
        self.counts: dict[str, int] = {}

    async def pour(self) -> None:
        """Pour them all."""
        dice = random.Random(self._seed)
        plan = FaultPlan.uniform(FRAME_FAULTS, seed=self._seed)
        async with bench_board(self._seed, plan) as (board, link, host, meter):
            disturbances = Disturbances(board, link, host, dice)
            for key in itertools.count(1):
                ml = Decimal(dice.randint(2, 15)) * 1000 / PULSES_PER_LITRE
                kind = dice.choice(KINDS) if dice.random() < DISTURBED else ""
                dose = await _one(host, meter, disturbances, Dose(key, ml, kind))
                (self.void if void(dose, PULSE_ML) else self.doses).append(dose)
                if key % 100 == 0:
                    print(f"{len(self.doses)} of {self._share} doses", file=sys.stderr, flush=True)
                if len(self.doses) == self._share or len(self.void) > MOST_VOID * self._share:
                    break
            assert link.faults is not None
            self.counts = {
                "boots": (await board.statistics())["boots"],
                "torn_pages": disturbances.torn,
                "frames": link.faults.frames.total(),
                "line_faults": sum(link.faults.by_kind.values()),
            }


async def _one(host: Host, meter: FlowMeter, disturbances: Disturbances, dose: Dose) -> Dose:
    before = meter.poured_ml
    meter.worst_delay_us = 0
    async with disturbances.during(dose.disturbed):
        try:
            async with asyncio.timeout(PATIENCE_S):
                dose.told.append(await host.order(dose.key, dose.asked_ml))
                dose.poured_ml = meter.poured_ml - before
                dose.late_ml = meter.worst_delay_us / 1e6 * ML_PER_S
        except TimeoutError:
            dose.poured_ml = meter.poured_ml - before
            return dose
    for _ in range(ORDERS - 1):
        dose.told.append(await host.order(dose.key, dose.asked_ml))
    dose.again_ml = meter.poured_ml - before - dose.poured_ml
    return dose
