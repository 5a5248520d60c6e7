# SPDX-License-Identifier: Apache-2.0
"""The safety table: what is demanded of an output, when it is met, and how it is written."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest

from phosphene_hil import declared
from phosphene_hil.board import Change
from phosphene_hil.declared import TOLERANCE_S, Demand
from phosphene_hil.safety_table import Row, SafetyTable
from phosphene_tools.boards import load_rig
from phosphene_tools.boards.wiring import Output


def output(**keys: Any) -> Output:
    return Output.model_validate({"name": "it", "pin": 20, "guarded": False} | keys)


def test_the_demand_follows_from_the_declaration() -> None:
    wiring = load_rig("sim").wiring
    lease, dead_man = declared.lease_s(wiring), wiring.enable.dead_man_ms / 1000
    guarded, hold = output(guarded=True), output(on_lease_loss="hold", max_s=2)
    goes_on, fan = output(on_lease_loss="autonomous"), output()
    assert declared.host_lost(guarded, wiring).within_s == lease
    assert declared.host_lost(fan, wiring).within_s == lease
    assert declared.host_lost(goes_on, wiring).within_s == inf
    assert declared.host_lost(hold, wiring).within_s == lease + 2
    assert declared.host_lost(hold, wiring).after_s == 2
    assert declared.all_stands(guarded, wiring).within_s == dead_man
    assert declared.all_stands(goes_on, wiring).within_s == declared.WATCHDOG_S
    assert declared.dispatcher_stands(guarded, wiring).within_s == declared.NO_KICKS_S + dead_man
    assert declared.dispatcher_stands(goes_on, wiring).within_s == declared.STANDS_S
    assert declared.at_once(goes_on, wiring).within_s == 0
    limited = output(on_lease_loss="autonomous", max_on_s=3)
    assert declared.host_lost(limited, wiring).within_s == 3


@pytest.mark.parametrize(
    ("demand", "safe_at_s", "met"),
    [
        (Demand(0.5, "x"), 0.5, True),
        (Demand(0.5, "x"), 0.5 + TOLERANCE_S + 0.01, False),
        (Demand(0.5, "x"), None, False),
        (Demand(2.5, "x", after_s=2.0), 2.4, True),
        (Demand(2.5, "x", after_s=2.0), 0.5, False),
        (Demand(inf, "x"), None, True),
        (Demand(inf, "x"), 0.5, False),
    ],
)
def test_a_demand_is_met_in_its_time_and_not_otherwise(demand: Demand, safe_at_s: float | None, met: bool) -> None:
    assert demand.met_by(safe_at_s, watched_s=5.0) is met


def test_who_did_not_watch_for_long_enough_has_seen_nothing() -> None:
    assert not Demand(2.5, "x").met_by(0.1, watched_s=1.0)


def test_safe_for_good_is_after_the_last_change() -> None:
    flickers = [Change(10.1, False), Change(10.2, True), Change(10.3, False)]
    assert declared.safe_for_good_s(flickers, False, 10.0) == pytest.approx(0.3)
    assert declared.safe_for_good_s(flickers[:2], False, 10.0) is None
    assert declared.safe_for_good_s([], False, 10.0) is None


def test_the_page_says_how_many_are_wrong_and_which() -> None:
    table = SafetyTable()
    table.rows.append(Row("host killed", "fan", "safe", "safe within 0.5 s", "safe after 440 ms", ok=True))
    assert "All 1 are as declared." in table.page("sim")
    table.rows.append(Row("host killed", "pump", "guarded, safe", "safe within 0.5 s", "on after 3.0 s", ok=False))
    page = table.page("sim")
    assert "1 of 2 are wrong." in page
    assert "| host killed | pump | guarded, safe | safe within 0.5 s | on after 3.0 s | **WRONG** |" in page
