# SPDX-License-Identifier: Apache-2.0
"""A host that makes progress: renews the lease, arms by grant, and leaves the board as a good host does."""

from __future__ import annotations

import asyncio
import contextlib

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene.line.wire import Leased, LeaseVerdict
from phosphene_hil.rig import Rig

RENEWALS_PER_S = 10
_LIVE_S = 5.0
_END_S = 0.5
_TICKS_S = 0.03


class Host:
    """The supervisor's part, as far as the board can see it."""

    def __init__(self, rig: Rig, link: Link, mcu: Coprocessor) -> None:
        self._rig = rig
        self._link = link
        self._mcu = mcu
        self._count = 0
        self._renewing: asyncio.Task[None] | None = None
        self._live = asyncio.Event()
        self._latest: Leased | None = None
        self.armed = False
        """Whether it ever armed the board."""

    @property
    def lease(self) -> Leased:
        """The newest answer to a renewal."""
        assert self._latest is not None, "the host renews nothing yet: `await host.begin()`"
        return self._latest

    async def begin(self) -> None:
        """Renew ten times a second from now on; returns when the lease is live."""
        self._live.clear()
        self._renewing = asyncio.create_task(self._renew_for_ever())
        try:
            await asyncio.wait_for(self._live.wait(), _LIVE_S)
        except TimeoutError:
            raise AssertionError(f"no live lease within {_LIVE_S:g} s of renewing: {self._latest}") from None

    async def fall_silent(self) -> None:
        """Renew no more; the lease runs out by itself."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)
            self._renewing = None

    async def stand_still(self, seconds: float) -> None:
        """Go on renewing, but without getting anywhere, as a loop does that hangs."""
        await self.fall_silent()
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while loop.time() < ends:
            await self.renew(advance=False)
            await asyncio.sleep(1 / RENEWALS_PER_S)

    async def renew(self, *, advance: bool = True) -> Leased:
        """Renew once; all three counters rise together, or stand. Raises LineError."""
        self._count += advance
        self._latest = await self._link.renew(self._count, self._count, self._count)
        if self._latest.verdict in (LeaseVerdict.LIVE, LeaseVerdict.LATCHED):
            self._live.set()
        return self._latest

    async def arm(self) -> None:
        """Arm the board with a grant that the bench signs. Raises Forbidden; MissingFeature without the key."""
        nonce = (await self._mcu.call("board.nonce")).nonce
        grant = self._rig.grant(self._link.hello.boot_id, nonce)
        await self._mcu.call("board.arm", grant=grant)
        self.armed = True

    async def end(self) -> int:
        """Switch everything off, disarm, and let the lease go at once instead of letting it run out.

        Returns how many leases the board counts as lost by that: one, or none if there was none any more.
        """
        await self.fall_silent()
        with contextlib.suppress(LineError):
            for output in self._rig.outputs:
                await self._mcu.call("gpio.write", output=output.name, level=bool(output.safe), timeout=_END_S)
            if self.armed:
                await self._mcu.call("board.disarm", maintenance=False, timeout=_END_S)
            before = (await self._mcu.call("board.statistics", timeout=_END_S)).lease_losses
            # Counters that fall mean another host, and prove nothing: the lease ends with the board's next tick.
            await self._link.renew(0, 0, 0)
            await asyncio.sleep(_TICKS_S)
            return (await self._mcu.call("board.statistics", timeout=_END_S)).lease_losses - before
        return 0  # nobody answers: the examination will say so

    async def _renew_for_ever(self) -> None:
        while True:
            with contextlib.suppress(LineError):  # while the board is reset or unplugged nobody answers
                await self.renew()
            await asyncio.sleep(1 / RENEWALS_PER_S)
