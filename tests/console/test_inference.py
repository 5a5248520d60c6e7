# SPDX-License-Identifier: Apache-2.0
"""The device's networks in a worker that stalls, dies or was never there: the frame comes, and it is said where one
looks.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.accelerators.environments import halt
from tests.console.networks import IN_A_WORKER, ON_THE_CHIP, worker_of
from tests.console.running import Page, connected
from tests.console.test_run import started, told

PATIENCE_S = 120


@dataclass
class Looker:
    """A page that shows every frame, and keeps what is told of the networks."""

    page: Page
    frame: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> None:
        """Return when a message is wanted; fail after a long time, which is against hanging only."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = self.page.next_of({"about", "tree", "trouble", "inference"}, PATIENCE_S)
            assert found["type"] != "trouble", found["text"]
            if found["type"] == "tree":
                self.frame = found["frame"]
                self.page.send(type="displayed", frame=self.frame)
            if found["type"] == "inference":
                self.told.append(found)
            if wanted(found):
                return
        raise AssertionError("waited in vain")

    def paint(self) -> None:
        """Ask for another look of what is shown, and return when it was painted."""
        self.page.send(type="another_look")
        before = self.frame
        self.until(lambda _: self.frame > before)

    @property
    def happened(self) -> list[str]:
        return [event["text"] for event in self.told[-1]["happened"]] if self.told else []


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (lambda pid: os.kill(pid, signal.SIGKILL), "ended"),
        (halt, "stalled"),
    ],
    ids=["killed", "stopped"],
)
def test_a_worker_that_fails_is_told_and_the_frame_still_comes(tmp_path: Path, harm: Any, what: str) -> None:
    with started(tmp_path, "--console-port", "0", "--accelerator", IN_A_WORKER) as run:
        rows = told(run, "watch")
        assert rows["chip"] == ON_THE_CHIP
        with connected(rows["console"]) as connection:
            looker = Looker(Page(connection))
            looker.until(lambda found: found.get("board") == "sim: live")
            looker.paint()
            assert [(told["line"], told["well"], told["happened"]) for told in looker.told] == [(ON_THE_CHIP, True, [])]
            before = worker_of(run.pid)
            harm(before)
            # The first one may have been painted before the harm was done.
            looker.paint()
            looker.paint()
            if not looker.happened:
                looker.until(lambda found: found["type"] == "inference")
            failed, restarted = looker.happened
            assert what in failed
            assert restarted.startswith("the worker was started again")
            assert (looker.told[-1]["line"], looker.told[-1]["well"]) == (ON_THE_CHIP, True)
            assert worker_of(run.pid) != before
        run.send_signal(signal.SIGINT)
        out, _ = run.communicate(timeout=PATIENCE_S)
    assert run.returncode == 0
    said = [line.split()[2].rstrip(",") for line in out.splitlines() if line.startswith("chip")]
    assert said == [what, "restarted"], "each event is printed once"


def test_a_chip_that_is_not_there_is_replaced_aloud(tmp_path: Path) -> None:
    with started(tmp_path, "--console-port", "0", "--accelerator", "teflon") as run:
        assert run.stdout is not None
        address = run.stdout.readline().split()[1]
        with connected(address) as connection:
            looker = Looker(Page(connection))
            looker.until(lambda found: bool(found.get("nodes")))
            looker.until(lambda _: len(looker.happened) >= 4)
        run.send_signal(signal.SIGINT)
        out, _ = run.communicate(timeout=PATIENCE_S)
    newest = looker.told[-1]
    assert (newest["line"], newest["well"]) == ("The networks run on cpu in place of teflon", False)
    assert all("could not be loaded: " in text and "libteflon.so" in text for text in looker.happened)
    absent = [line.split()[3] for line in out.splitlines() if line.startswith("chip    teflon: absent, ")]
    shown = [text.split()[0] for text in looker.happened]
    assert shown == absent[: len(shown)], "what the page is told is printed"
    assert len(set(absent)) == len(absent), "and once"


def test_an_accelerator_that_nobody_knows_ends_it_with_a_cure(tmp_path: Path) -> None:
    with started(tmp_path, "--console-port", "0", "--accelerator", "cpi") as run:
        out, errors = run.communicate(timeout=PATIENCE_S)
    assert (run.returncode, out) == (1, "")
    assert errors.startswith("error: there is no accelerator cpi — cpi — one of cpu, coral, teflon, rknn")
    assert len(errors.splitlines()) == 1
