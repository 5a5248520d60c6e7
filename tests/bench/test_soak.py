# SPDX-License-Identifier: Apache-2.0
"""A short soak, end to end: the real device on a board that is unplugged, reset and disturbed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from phosphene.condition import Condition
from phosphene.trace.reader import Trace
from phosphene_tools.bench.soak import run
from phosphene_tools.bench.soak_plan import Kind

SECONDS = 36.0
KINDS = (Kind.CABLE, Kind.RESET, Kind.NOISE)


@pytest.mark.timeout(300)
def test_a_short_soak_shows_its_faults_and_replays(tmp_path: Path) -> None:
    kept = tmp_path / "soak.mcap"
    figures = asyncio.run(run(SECONDS, 5, quick=True, kinds=KINDS, keep=kept))
    assert figures["faults"]["injected"] == figures["faults"]["seen"] == len(KINDS), figures
    assert set(figures["faults"]["slowest_s"]) == {str(kind) for kind in KINDS}
    assert figures["leases"]["lost"] >= 2, "the cable and the reset each cost one"
    assert figures["leases"]["explained"] >= figures["leases"]["lost"], figures
    assert figures["replay_identical"] is True, figures
    assert figures["replayed"]["frames"] > 5
    assert figures["memory_mb_per_hour"] is None, "half a minute says nothing of an hour"
    assert figures["minutes"] == pytest.approx(SECONDS / 60, abs=0.2)
    assert figures["fed"]["pictures"] > 100
    assert figures["fed"]["blocks_of_sound"] > 200
    assert figures["fed"]["touches"] > 3
    assert {"supervisor", "broker", "worker"} <= set(figures["processes"])
    records = list(Trace(kept).moments())
    assert figures["moments"] == len(records)
    assert any(record.sensed.seen is not None and record.sensed.seen.faces for record in records), "it saw somebody"
    assert any(hop.words for record in records for hop in record.sensed.heard), "it heard somebody"
    assert any(Condition.NOISY in record.sensed.conditions for record in records)
