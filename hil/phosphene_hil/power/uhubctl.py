# SPDX-License-Identifier: Apache-2.0
"""The power of a USB port, by the program `uhubctl`, whose words are read here.

It is GPL-2 and called as a program. Its hub must switch each port by itself (`ppps` in its list), which few do;
a hub that only pretends is found out by `phosphene hil doctor`, since the board goes on answering.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from phosphene_hil.power.switch import PowerError

PROGRAM = "uhubctl"
_TIMEOUT_S = 20.0
_HUB = re.compile(r"^(?:Current|New) status for hub (\S+) \[(.*)\]$")
_PORT = re.compile(r"^\s+Port (\d+): ([0-9a-f]{4})\b(.*)$")
_POWER = 0x0100
"""Of a port's status, USB 2.0 specification, table 11-21. A USB 3 port says 0x0200 (USB 3.2, table 10-13)."""
_POWER_SS = 0x0200
_NO_PERMISSION = "permission problems"
_NO_HUB = "No compatible devices detected"
_FAILED = ("Failed to control port power", "Failed to set port status", "cannot read port")


@dataclass(frozen=True, slots=True)
class Port:
    """One port as uhubctl tells it: whether it is powered, and the words about what hangs on it."""

    powered: bool
    words: str


@dataclass(frozen=True, slots=True)
class Hub:
    """One hub's last told state. `description` is uhubctl's, with its USB ids; `ports` by number."""

    location: str
    description: str
    ports: dict[int, Port]

    @property
    def each_port(self) -> bool:
        """Whether it says that it switches each port by itself; a gang of ports goes off together."""
        return ", ppps" in self.description


def read(output: str) -> dict[str, Hub]:
    """Return the hubs in what uhubctl printed, by location; of one told twice the later state."""
    hubs: dict[str, Hub] = {}
    here: Hub | None = None
    for line in output.splitlines():
        if found := _HUB.match(line):
            here = hubs[found[1]] = Hub(found[1], found[2], {})
        elif here and (found := _PORT.match(line)):
            bits = int(found[2], 16)
            power = _POWER_SS if ", USB 3." in here.description else _POWER
            here.ports[int(found[1])] = Port(bool(bits & power), found[3].strip())
    return hubs


class HubPort:
    """See Switch. `location` and `port` as `uhubctl` lists them: `1-1` and 2."""

    def __init__(self, location: str, port: int, program: str = PROGRAM) -> None:
        self._location = location
        self._port = port
        self._program = program
        self._place = f"port {port} of USB hub {location}"

    async def set(self, *, on: bool) -> None:
        """See Switch."""
        # Some hubs need more than one request to let the power go (uhubctl's own page).
        hub = await self._ask("-a", "on" if on else "off", *(() if on else ("-r", "3")))
        if hub.ports[self._port].powered is not on:
            state = "on" if on else "off"
            what = f"uhubctl asked for {state}, and the port's status did not follow"
            raise PowerError(what, place=self._place, cure="use a hub from the list in uhubctl's README")

    async def state(self) -> bool | None:
        """See Switch."""
        return (await self._ask()).ports[self._port].powered

    async def close(self) -> None:
        """See Switch: a hub keeps its ports as they are."""

    async def _ask(self, *action: str) -> Hub:
        status, said = await self._run("-l", self._location, "-p", str(self._port), *action)
        if _NO_PERMISSION in said:
            raise self._error("uhubctl may not touch the hub", "install the udev rule: phosphene hil doctor --udev")
        if _NO_HUB in said:
            cure = "see `uhubctl` for those that are there; most hubs can't switch their ports"
            raise self._error("there is no hub that can be switched", cure)
        if failure := next((line for line in said.splitlines() if line.startswith(_FAILED)), ""):
            raise self._error(f"uhubctl failed: {failure}", "see `uhubctl -l LOCATION -p PORT -a off`")
        hub = read(said).get(self._location)
        if status or hub is None or self._port not in hub.ports:
            last = said.strip().splitlines()[-1:] or ["nothing"]
            raise self._error(f"uhubctl ended with status {status} and said: {last[0]}", "see `uhubctl`")
        if not hub.each_port:
            cure = "give the board a hub that switches each port by itself (ppps), or another kind of power"
            raise self._error("this hub does not switch its ports one by one", cure)
        return hub

    async def _run(self, *arguments: str) -> tuple[int, str]:
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                self._program,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=pipe,
                stderr=asyncio.subprocess.STDOUT,
            )
        except FileNotFoundError:
            raise self._error(f"there is no program {self._program}", "sudo apt install uhubctl") from None
        except OSError as error:
            raise self._error(f"{self._program} can't be run: {error.strerror}", "see its file's rights") from None
        try:
            said, _ = await asyncio.wait_for(process.communicate(), _TIMEOUT_S)
        except TimeoutError:
            process.kill()
            await process.wait()
            cure = "unplug and plug in the hub; see `dmesg`"
            raise self._error(f"uhubctl does not end within {_TIMEOUT_S:g} s", cure) from None
        return process.returncode or 0, said.decode(errors="replace")

    def _error(self, what: str, cure: str) -> PowerError:
        return PowerError(what, place=self._place, cure=cure)
