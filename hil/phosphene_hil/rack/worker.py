# SPDX-License-Identifier: Apache-2.0
"""One rig's worker: takes the rig before the first test, says which tests fit it, and runs those that it is given."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from phosphene.errors import PhospheneError
from phosphene_hil.fixtures import Rigs
from phosphene_hil.outcomes import Blocked
from phosphene_hil.rack.offer import Offer, at_a_rig, by_wiring, fitting, forgiving
from phosphene_hil.rack.pause import Pause
from phosphene_hil.run import OPENED, event_loop, tenure

if TYPE_CHECKING:
    from phosphene_hil.rig import Rig


class Worker:
    """The part of the plug-in that a worker has."""

    def __init__(self, config: pytest.Config, rig: str, exchange: Path) -> None:
        self._config = config
        self._rig = rig
        self._exchange = exchange
        self._opening: AbstractContextManager[Rig] | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> Generator[None]:
        """Leave the offer before xdist tells of the tests; add the pause after that, so that nobody counts it."""
        told: dict[str, str] = getattr(self._config, "workerinput")  # noqa: B009 — xdist adds it, no type has it
        self._offer(session.items).leave(self._exchange, told["workerid"])
        yield
        session.items.append(Pause.of(session))

    def _offer(self, items: list[pytest.Item]) -> Offer:
        if not any(map(at_a_rig, items)):
            return Offer(self._rig, "there", fits=tuple(item.nodeid for item in items))
        opening = Rigs(event_loop(self._config), tenure(self._config)).opened()
        try:
            rig = opening.__enter__()
        except Blocked as error:
            state, why = "blocked", str(error)
        except pytest.skip.Exception as error:
            state, why = "absent", str(error)
        except PhospheneError as error:
            state, why = "silent", str(error)
        else:
            self._opening = opening
            self._config.stash[OPENED] = rig
            return Offer(self._rig, "there", fits=fitting(items, forgiving(rig.missing)))
        fits = fitting(items, by_wiring(tenure(self._config).choice.wired))
        return Offer(self._rig, state, why, fits)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Pass a pause by; before a test tell the pause whose neighbour it will be."""
        if isinstance(item, Pause):
            item.pass_by(nextitem)
            return True
        if isinstance(nextitem, Pause):
            nextitem.follow(item)
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Close the rig."""
        if self._opening is not None:
            del self._config.stash[OPENED]
            self._opening.__exit__(None, None, None)
            self._opening = None
