# SPDX-License-Identifier: Apache-2.0
"""One boot of the emulated chip is one QEMU process: started, stopped, killed and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Callable

from phosphene_tools.emulated.ferry import Ferry
from phosphene_tools.emulated.rings import MEMORY_BYTES
from phosphene_tools.emulated.toolchain import qemu
from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.firmware_process import Launch

_PLACE = "emulated Cortex-M3"


class QemuProcess:
    """The interface of FirmwareProcess; the launch's arguments are the image and the chip's settings."""

    def __init__(self, ended: Callable[[int], None]) -> None:
        self._ended = ended
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._ferry: Ferry | None = None
        self.failure = ""

    @property
    def pid(self) -> int:
        """The process id of QEMU, 0 while none runs."""
        return 0 if self._process is None else self._process.pid

    def open(self) -> None:
        """Look whether QEMU is there. Raises SimError."""
        qemu()

    async def start(self, launch: Launch) -> int:
        """Switch the chip on; returns QEMU's process id. Raises SimError."""
        image, *settings = launch.arguments
        ferry = self._ferry = Ferry(launch)
        told = ",".join(f"arg={setting}" for setting in settings)
        command = [
            qemu(),
            *("-M", "mps2-an385,memory-backend=psram", "-kernel", image),
            *("-display", "none", "-monitor", "none", "-nodefaults"),
            *("-semihosting-config", f"enable=on,target=native,{told}"),
            *("-object", f"memory-backend-file,id=psram,size={MEMORY_BYTES},mem-path=/dev/fd/{ferry.memory},share=on"),
            *("-chardev", f"socket,id=bell,fd={ferry.bell}"),
            *("-chardev", f"serial,id=repl,path={os.ttyname(launch.repl_fd)}"),
            *("-serial", "chardev:bell", "-serial", "chardev:repl"),
        ]
        # It goes when this process goes, whatever ends it.
        keeper = shutil.which("setpriv")
        if keeper:
            command = [keeper, "--pdeathsig", "KILL", *command]
        try:
            process = self._process = await asyncio.create_subprocess_exec(
                *command,
                cwd=launch.directory,
                pass_fds=[ferry.memory, ferry.bell, launch.repl_fd],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise SimError(f"QEMU does not start: {error.strerror}", place=_PLACE, cure="install it again") from error
        finally:
            if self._process is None:
                self._land()
        ferry.handed_over()
        self._watching = asyncio.create_task(self._watch(process))
        return process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to QEMU, if it runs: SIGSTOP freezes the chip where it stands."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def fetch(self) -> None:
        """Hand on at once what the chip has written so far."""
        if self._ferry is not None:
            self._ferry.fetch()

    async def kill(self) -> None:
        """Take the chip's power away; returns when QEMU is gone."""
        self.signal(signal.SIGKILL)
        if self._watching is not None:
            await self._watching

    async def close(self) -> None:
        """End it for good."""
        await self.kill()

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        said = b"" if process.stderr is None else await process.stderr.read()
        code = await process.wait()
        self.failure = said.decode(errors="replace").strip()
        self._process = None
        self._land()
        self._ended(code)

    def _land(self) -> None:
        if self._ferry is not None:
            ferry, self._ferry = self._ferry, None
            ferry.close()
