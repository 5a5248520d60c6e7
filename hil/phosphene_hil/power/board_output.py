# SPDX-License-Identifier: Apache-2.0
"""A relay on an output of a board of ours: a second Pico, with our firmware, that switches the first one's power."""

from __future__ import annotations

from phosphene.errors import BoardNotFound, LineError
from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_hil.power.switch import PowerError
from phosphene_tools import ports


class BoardOutput:
    """See Switch. The output must need no lease: a relay may not let go because this program was stopped."""

    def __init__(self, rig: str, port: str, output: str, *, on_level: int = 1) -> None:
        self._rig = rig
        self._port = port
        self._output = output
        self._on_level = on_level
        self._link: Link | None = None
        self._mcu: Coprocessor | None = None

    async def set(self, *, on: bool) -> None:
        """See Switch."""
        level = bool(self._on_level) is on
        try:
            await (await self._board()).call("gpio.write", output=self._output, level=level)
        except LineError as error:
            raise self._error(error) from error

    async def state(self) -> bool | None:
        """See Switch."""
        try:
            answer = await (await self._board()).call("gpio.read", name=self._output)
        except LineError as error:
            raise self._error(error) from error
        return answer.level is bool(self._on_level)

    async def close(self) -> None:
        """See Switch."""
        mcu, link, self._mcu, self._link = self._mcu, self._link, None, None
        if mcu is not None:
            await mcu.close()
        if link is not None:
            await link.close()

    async def _board(self) -> Coprocessor:
        if self._mcu is None:
            where = ports.resolve(self._port, self._rig)
            self._link = await Link.open(where.line, baud=where.baud, rtscts=where.rtscts)
            mcu = Coprocessor(self._link)
            try:
                await mcu.dictionary()
            except BaseException:
                await mcu.close()
                await self._link.close()
                self._link = None
                raise
            self._mcu = mcu
        return self._mcu

    def _error(self, error: LineError) -> PowerError:
        place = f"output {self._output} of the board that holds the relay"
        if isinstance(error, BoardNotFound):
            return PowerError(f"that board is not there: {error.message}", place=place, cure=error.cure)
        cure = error.cure or "declare the output unguarded and autonomous in that board's rig"
        return PowerError(f"that board refuses: {error.message}", place=place, cure=cure)
