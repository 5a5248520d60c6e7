# SPDX-License-Identifier: Apache-2.0
"""A host in a process of its own, made to be lost: ``python -m phosphene_hil.doomed_host PORT BAUD OUTPUT=LEVEL ...``.

It renews the lease, asks for a grant if the board can be armed, and sets the outputs. Then it goes on renewing
until it is killed or told on its standard input what else to do. It speaks JSON, one object a line.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import sys
from typing import Any

from phosphene.errors import Forbidden, LineError
from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene.line.tap import Direction, TapRecord

_EVERY_S = 0.1
_BABBLE_BYTES = 256
_BABBLE_EVERY_S = 0.002


class DoomedHost:
    """One line, and a second descriptor of the same port, for what no session would ever send."""

    def __init__(self, link: Link, mcu: Coprocessor) -> None:
        self._link = link
        self._mcu = mcu
        self._port = os.open(link.port, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        self._count = 0
        self._step = 1
        self._renewing = True
        self._sent: list[bytes] = []
        self.live = asyncio.Event()
        link.tap(self._note)

    async def renew_for_ever(self) -> None:
        """Prove progress, or only presence, until told otherwise."""
        while self._renewing:
            self._count += self._step
            with contextlib.suppress(LineError):  # it may be the board that is lost
                if (await self._link.renew(self._count, self._count, self._count)).left_ms:
                    self.live.set()
            await asyncio.sleep(_EVERY_S)

    async def arm(self) -> None:
        """Ask for a grant on standard output, and arm with the answer; an empty answer means not to."""
        while True:
            await self.live.wait()
            nonce = (await self._mcu.call("board.nonce")).nonce
            answer = await ask({"nonce": nonce.hex(), "boot_id": self._link.hello.boot_id})
            if "grant" not in answer:
                return
            self.live.clear()
            with contextlib.suppress(Forbidden):  # on a busy computer the lease may run out meanwhile
                await self._mcu.call("board.arm", grant=bytes.fromhex(answer["grant"]))
                return

    async def set(self, output: str, level: bool) -> str:
        """Set an output; the refusal's text, or nothing."""
        try:
            await self._mcu.call("gpio.write", output=output, level=level)
        except LineError as refusal:
            return str(refusal)
        return ""

    async def stand_still(self) -> None:
        """Go on renewing without getting anywhere: a loop that hangs and a thread that doesn't know."""
        self._step = 0

    async def babble(self) -> None:
        """Write garbage without end."""
        self._renewing = False
        dice = random.Random(1)
        while True:
            self._write(dice.randbytes(_BABBLE_BYTES))
            await asyncio.sleep(_BABBLE_EVERY_S)

    async def replay(self) -> None:
        """Write everything that was ever sent, again and again, in one go each time."""
        self._renewing = False
        await asyncio.sleep(0)
        while True:
            self._write(b"".join(self._sent))
            await asyncio.sleep(_EVERY_S)

    async def call(self, task: str, **arguments: object) -> None:
        """Call a task that the firmware may not survive."""
        with contextlib.suppress(LineError):
            await self._mcu.call(task, arguments, timeout=1)

    def _note(self, record: TapRecord) -> None:
        if record.direction is Direction.TO_BOARD and self._renewing:
            self._sent.append(record.raw)

    def _write(self, data: bytes) -> None:
        with contextlib.suppress(BlockingIOError):  # the board reads slower than a madman writes
            os.write(self._port, data)


async def ask(question: dict[str, Any]) -> dict[str, Any]:
    """Say a line of JSON and wait for one."""
    print(json.dumps(question), flush=True)
    return json.loads(await asyncio.to_thread(sys.stdin.readline) or "{}")


async def main(port: str, baud: int, outputs: list[str]) -> None:
    """Live until killed, or until standard input ends."""
    link = await Link.open(port, baud=baud, exclusive=False)
    mcu = Coprocessor(link)
    await mcu.dictionary()
    host = DoomedHost(link, mcu)
    renewing = asyncio.create_task(host.renew_for_ever())
    await host.arm()
    left = {name: level == "1" for name, _, level in (output.partition("=") for output in outputs)}
    refused: dict[str, str] = {}
    while left:  # again and again, for an output may need one that comes after it
        refused = {name: text for name, level in left.items() if (text := await host.set(name, level))}
        if len(refused) == len(left):
            break
        left = {name: left[name] for name in refused}
    told = await ask({"refused": refused})
    ways = {"stand_still": host.stand_still, "babble": host.babble, "replay": host.replay, "call": host.call}
    if "do" in told:
        doing = asyncio.create_task(ways[told.pop("do")](**told))
        await asyncio.sleep(0)
        await ask({})
        doing.cancel()
    renewing.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
