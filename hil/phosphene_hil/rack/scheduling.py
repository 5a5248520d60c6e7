# SPDX-License-Identifier: Apache-2.0
"""Who runs which test: every test on exactly one rig, on one that has what it needs wherever there is one.

Fulfils xdist's protocol `Scheduling`. One test at a time goes to a worker, so what a rig has not begun when it goes
away runs elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from phosphene_hil.rack.offer import Offer, State

if TYPE_CHECKING:
    import pytest
    from xdist.workermanage import WorkerController

_RANKS: dict[State, int] = {"there": 0, "silent": 1, "lost": 2, "blocked": 2, "absent": 3}
_UNFIT = 4
"""A rig that lacks something comes last: there the test is skipped, with the reason."""


@dataclass
class _Seat:
    """One worker at its rig."""

    offer: Offer
    index: dict[str, int]
    """Number of each test in the worker's collection; its pause comes after the last."""
    fits: frozenset[str]
    running: str = ""
    file: str = ""
    """Of its latest test: the next from there shares what its module made."""
    ran: int = field(default=0)

    def rank(self, test: str) -> int:
        """Return how far from ideal this rig is for `test`."""
        if test not in self.fits:
            return _UNFIT + _RANKS[self.offer.state]
        return _RANKS[self.offer.state]


class RigScheduling:
    """See the module."""

    def __init__(self, config: pytest.Config, exchange: Path, workers: int) -> None:
        self.config = config
        """Other plug-ins look for it here, as in xdist's own."""
        self._exchange = exchange
        self._workers = workers
        self._seats: dict[WorkerController, _Seat | None] = {}
        self._crashed: dict[str, _Seat] = {}
        """By rig: the seat of a worker that crashed, until xdist has replaced it. Its tests are not given away."""
        self._waiting: dict[str, None] | None = None
        self.offers: dict[str, Offer] = {}
        """What each rig offers, or offered until it was lost."""

    @property
    def nodes(self) -> list[WorkerController]:
        """The workers that live."""
        return list(self._seats)

    @property
    def _seated(self) -> dict[WorkerController, _Seat]:
        return {node: seat for node, seat in self._seats.items() if seat is not None}

    @property
    def collection_is_completed(self) -> bool:
        """Whether every rig has made its offer."""
        return self._waiting is not None or len(self._seated) >= self._workers

    @property
    def has_pending(self) -> bool:
        """Whether a test waits or runs."""
        return bool(self._waiting) or any(seat.running for seat in self._seated.values())

    @property
    def tests_finished(self) -> bool:
        """Whether all is done."""
        return self._waiting is not None and not self.has_pending

    def add_node(self, node: WorkerController) -> None:
        """Meet a worker."""
        self._seats[node] = None

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        """Take a worker's tests and its rig's offer. One that replaces a crashed worker finds its rig as it is now."""
        offer = Offer.found(self._exchange, node.gateway.id)
        index = {test: number for number, test in enumerate(collection)}
        self._seats[node] = _Seat(offer, index, frozenset(offer.fits))
        self.offers[offer.rig] = offer
        self._crashed.pop(offer.rig, None)

    def schedule(self) -> None:
        """Begin."""
        if self._waiting is None:
            self._waiting = {test: None for seat in self._seated.values() for test in seat.index}
        self._hand_out()

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """Note that a worker is done with a test; a pause is none."""
        seat = self._seated[node]
        if seat.running and seat.index[seat.running] == item_index:
            seat.running = ""
            seat.ran += 1
            self._hand_out()

    def mark_test_pending(self, item: str) -> None:
        """Have a test run again."""
        assert self._waiting is not None
        self._waiting = {item: None, **self._waiting}
        self._hand_out()

    def remove_pending_tests_from_node(self, node: WorkerController, indices: Sequence[int]) -> None:
        """Answer to xdist's `steal`, of which we make no use."""
        raise NotImplementedError

    def remove_node(self, node: WorkerController) -> str | None:
        """Forget a worker. Returns the test that it was at, which its end has ended."""
        seat = self._seats.pop(node)
        if seat is None:
            return None
        if self._waiting:
            self._crashed[seat.offer.rig] = seat
        return seat.running or None

    def lose(self, node: WorkerController, why: str) -> None:
        """Give a rig that went away no more tests but those that fit no other."""
        seat = self._seats.get(node)
        if seat is not None and seat.offer.state == "there":
            seat.offer = self.offers[seat.offer.rig] = replace(seat.offer, state="lost", why=why)

    def _hand_out(self) -> None:
        """Give every worker that has nothing to do its next test."""
        assert self._waiting is not None
        for node, seat in self._seated.items():
            if seat.running or node.shutting_down:
                continue
            test = self._next(seat)
            if test is not None:
                del self._waiting[test]
                seat.running, seat.file = test, _file(test)
                node.send_runtest_some([seat.index[test], len(seat.index)])

    def _next(self, seat: _Seat) -> str | None:
        """Choose: of the worker's latest file, then of a file that nobody else is at, then what fits few, in order."""
        assert self._waiting is not None
        others = [other for node, other in self._seated.items() if other is not seat and not node.shutting_down]
        others += self._crashed.values()
        files = {other.file for other in others if other.running}
        best: tuple[tuple[bool, bool, int], str] | None = None
        for test in self._waiting:
            if test not in seat.index or any(other.rank(test) < seat.rank(test) for other in others):
                continue
            homes = sum(other.rank(test) <= seat.rank(test) for other in others)
            key = (_file(test) != seat.file, _file(test) in files, homes)
            if best is None or key < best[0]:
                best = key, test
        return best[1] if best else None


def _file(test: str) -> str:
    return test.partition("::")[0]
