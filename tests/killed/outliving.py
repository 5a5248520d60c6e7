# SPDX-License-Identifier: Apache-2.0
"""A simulated board that outlives its supervisor: both are processes of their own, as a person starts them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from phosphene.exact import Coprocessor
from phosphene.line.broker.channel import BrokerChannel
from phosphene_tools.arming import grant_for
from phosphene_tools.boards.catalog import Rig, load_rig
from phosphene_tools.boards.wiring import Output
from phosphene_tools.sim import BlockingSimClient
from tests.console.running import Page, connected
from tests.monitor.conftest import PHOSPHENE, private_environment

TOUCHES = 10
PAGES = 30
PATIENCE_S = 30.0
"""Against hanging only: a supervisor needs seconds to load its networks, more on a busy computer."""


@dataclass
class Board:
    """The board as the world sees it."""

    rig: Rig
    folder: Path
    port: str
    outside: BlockingSimClient
    arm_key: bytes = b""

    def output(self, name: str) -> Output:
        """What the rig declares of it."""
        return next(output for output in self.rig.wiring.outputs if output.name == name)

    def changes(self, name: str, since_s: float) -> list[tuple[float, bool]]:
        """When output `name` changed, in seconds after `since_s` of the monotonic clock, and to which level."""
        pin = self.output(name).pin
        edges = self.outside.edges(int(since_s * 1e6))
        return [(edge.time_us / 1e6 - since_s, bool(edge.level)) for edge in edges if edge.pin == pin]

    def on(self, name: str) -> bool:
        """Whether the world sees it on."""
        return bool(self.outside.pin(self.output(name).pin).level)

    def until(self, wanted: Callable[[], bool], what: str) -> None:
        """Wait for something that must come about."""
        ends = time.monotonic() + PATIENCE_S
        while not wanted():
            assert time.monotonic() < ends, f"never: {what}"
            time.sleep(0.02)

    def arm(self) -> None:
        """Arm it, as its owner would from another program. The device must hold the lease."""

        async def run() -> None:
            channel = await BrokerChannel.attach(self.port, role="arm", start=False)
            mcu = Coprocessor(channel)
            nonce = (await mcu.call("board.nonce")).nonce
            await mcu.call("board.arm", grant=grant_for(self.arm_key, channel.hello.boot_id, nonce))
            await mcu.close()
            await channel.close()

        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(self.folder))
            asyncio.run(run())


@dataclass
class Device:
    """A supervisor, and a person at its page."""

    process: subprocess.Popen[str]
    page: Page
    tree: dict[str, Any] = field(default_factory=dict[str, Any])

    def until(self, wanted: Callable[[list[str], str], bool], what: str, seconds: float = PATIENCE_S) -> None:
        """Look until the texts on the screen, and the words beside it, are as wanted. Raises TimeoutError."""
        ends = time.monotonic() + seconds
        while not (self.tree and wanted(self.texts, self.tree["hint"])):
            try:
                self.tree, _ = self.page.frame(max(0.1, ends - time.monotonic()))
            except TimeoutError:
                seen = f"{self.texts}, {self.tree.get('hint')}"
                raise TimeoutError(f"never on the screen: {what}; but {seen}") from None

    @property
    def texts(self) -> list[str]:
        """What stands on the screen: labels and what they are of."""
        return [node[key] for node in self.tree.get("nodes", []) for key in ("label", "text") if node[key]]

    def type(self, line: str) -> None:
        """Type a line."""
        self.page.send(type="typed", line=line)

    def touch(self, text: str) -> None:
        """Touch the button that reads `text`, when it is there."""
        self.until(lambda texts, _: text in texts, text)
        keys = {node["text"]: node["key"] for node in self.tree["nodes"] if node["role"] == "button"}
        self.page.send(type="chosen", key=keys[text], frame=self.tree["frame"])

    def do(self, line: str) -> None:
        """Type a task with an effect, and agree, as a person does: who was not heard touches again."""
        self.type(line)
        self.until(lambda texts, _: "Yes" in texts, "the question")
        for _ in range(TOUCHES):
            time.sleep(0.5)  # a person reads first
            self.touch("Yes")
            with contextlib.suppress(TimeoutError):
                self.until(lambda texts, _: "Yes" not in texts, "what comes of it", PATIENCE_S / TOUCHES)
                return
        raise AssertionError(f"no yes was taken: {self.texts}, {self.tree['hint']}")

    def read(self, wanted: set[str]) -> list[str]:
        """Turn the pages until all that is wanted was there; return the texts of all pages."""
        found = list(self.texts)
        for _ in range(PAGES):
            if wanted <= set(found):
                return found
            self.touch("More")
            before = self.tree["frame"]
            with contextlib.suppress(TimeoutError):
                self.until(lambda *_, before=before: self.tree["frame"] > before, "the next page", PATIENCE_S / TOUCHES)
            found += self.texts
        raise AssertionError(f"{wanted - set(found)} was never there: {found}")

    def kill(self) -> float:
        """Kill -9; return when, on the monotonic clock."""
        now = time.monotonic()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)
        return now

    def end(self) -> None:
        """End it as a person does, so that its trace is whole."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE_S)


@contextmanager
def a_board(rig: str, folder: Path) -> Generator[Board]:
    """A board with all parts of the rig, for as long as the block lasts."""
    command = [*PHOSPHENE, "sim", "--rig", rig, "-o", "json"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=private_environment(folder)) as process:
        assert process.stdout is not None
        try:
            facts = json.loads(process.stdout.readline())
            with BlockingSimClient(facts["control"]) as outside:
                key = bytes.fromhex(outside.info()["arm_key"])
                yield Board(load_rig(rig), folder, facts["port_link"], outside, key)
        finally:
            process.terminate()


@contextmanager
def a_device(board: Board, trace: Path | None = None) -> Generator[Device]:
    """A supervisor of the board that is there, until the block ends or it was killed."""
    command = [*PHOSPHENE, "run", "--rig", board.rig.name, "--console-port", "0", "--speaker", "none"]
    command += ["--record", str(trace)] if trace is not None else []
    environment = private_environment(board.folder) | {"OMP_NUM_THREADS": "1"}
    errors = (board.folder / f"errors-{os.urandom(4).hex()}").open("w+")
    with errors, subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=errors, text=True, env=environment) as run:
        try:
            assert run.stdout is not None
            rows: dict[str, str] = {}
            for line in run.stdout:
                name, _, text = line.strip().partition(" ")
                rows[name] = text.strip()
                if name == "watch":
                    break
            errors.seek(0)
            assert "watch" in rows, errors.read()
            assert rows["rig"].endswith("was there already"), rows
            with connected(rows["console"], close_timeout=0.2, max_size=None) as socket:
                yield Device(run, Page(socket))
        finally:
            run.kill()
