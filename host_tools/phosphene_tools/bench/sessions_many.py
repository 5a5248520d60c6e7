# SPDX-License-Identifier: Apache-2.0
"""Plays many sessions in pieces: on several cores, and kept in a file, so that a run that was ended goes on."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any, Final, TypeAlias

from phosphene.errors import PhospheneError

Told: TypeAlias = dict[str, Any]
"""What came of one session, as JSON has it."""
Plays: TypeAlias = Callable[[int], Told]
"""Plays the session of a number. It is sent to other processes: a function of a module, or a partial of one."""
PIECE: Final = 10
"""Sessions that are played, and kept, at a time."""
_SAY_EVERY_S: Final = 15.0


def piece(plays: Plays, numbers: range) -> list[Told]:
    """Play the sessions of these numbers."""
    return [plays(number) for number in numbers]


@dataclass(slots=True)
class Many:
    """`jobs` processes play; with 1 it is this one. `kept` is the file of what was played already, None for none.

    `of` says what the sessions depend on besides their numbers: what was kept of anything else is not taken.
    """

    of: str
    jobs: int = 1
    kept: Path | None = None
    quiet: bool = False
    _known: dict[tuple[str, int, int], list[Told]] = field(default_factory=dict[tuple[str, int, int], list[Told]])

    def __post_init__(self) -> None:
        for line in self._lines():
            if line.get("of") == self.of:
                self._known[line["part"], line["first"], len(line["told"])] = line["told"]

    def play(self, part: str, plays: Plays, count: int) -> list[Told]:
        """Return what came of `count` sessions, in the order of their numbers; says on stderr how far it is."""
        pieces = [range(first, min(first + PIECE, count)) for first in range(0, count, PIECE)]
        found = {at.start: known for at in pieces if (known := self._known.get((part, at.start, len(at)))) is not None}
        left = [numbers for numbers in pieces if numbers.start not in found]
        progress = _Progress(part, count, sum(len(told) for told in found.values()), self.quiet)
        for numbers, told in self._played(plays, left):
            found[numbers.start] = told
            self._keep(part, numbers.start, told)
            progress.say(len(told))
        return [told for first in sorted(found) for told in found[first]]

    def _played(self, plays: Plays, pieces: Sequence[range]) -> Iterator[tuple[range, list[Told]]]:
        if self.jobs == 1 or len(pieces) < 2:
            yield from ((numbers, piece(plays, numbers)) for numbers in pieces)
            return
        # Not forked: a network's threads don't come along.
        with ProcessPoolExecutor(min(self.jobs, len(pieces)), get_context("spawn"), _end_with_parent) as pool:
            works: dict[Future[list[Told]], range] = {pool.submit(piece, plays, numbers): numbers for numbers in pieces}
            try:
                for done in as_completed(works):
                    yield works[done], done.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _keep(self, part: str, first: int, told: list[Told]) -> None:
        if self.kept is None:
            return
        line = json.dumps({"of": self.of, "part": part, "first": first, "told": told}, separators=(",", ":"))
        try:
            with self.kept.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise PhospheneError(f"can't be kept: {error}", place=str(self.kept), cure="name another file") from error

    def _lines(self) -> Iterator[Told]:
        if self.kept is None or not self.kept.exists():
            return
        whole = self.kept.read_bytes()
        end = whole.rfind(b"\n") + 1
        if end < len(whole):  # the run was killed while it wrote this line
            self.kept.write_bytes(whole[:end])
        for number, line in enumerate(whole[:end].splitlines(), 1):
            try:
                told = json.loads(line)
                yield {"of": told["of"], "part": str(told["part"]), "first": int(told["first"]), "told": told["told"]}
            except (ValueError, TypeError, KeyError) as error:
                place = f"{self.kept}, line {number}"
                raise PhospheneError("no sessions are in it", place=place, cure="name another file") from error


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for ever for what to play."""
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class _Progress:
    def __init__(self, part: str, count: int, done: int, quiet: bool) -> None:
        self._part, self._count, self._done, self._quiet = part, count, done, quiet
        self._first, self._began = done, time.monotonic()
        self._said = self._began

    def say(self, more: int) -> None:
        self._done += more
        now = time.monotonic()
        if self._quiet or (now - self._said < _SAY_EVERY_S and self._done < self._count):
            return
        self._said = now
        left = (now - self._began) / (self._done - self._first) * (self._count - self._done)
        told = f"{self._part}: {self._done} of {self._count} sessions, {left / 60:.1f} min left"
        print(told, file=sys.stderr, flush=True)
