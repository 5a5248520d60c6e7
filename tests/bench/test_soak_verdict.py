# SPDX-License-Identifier: Apache-2.0
"""A soak's checks can fail: a fault that the trace doesn't show, a lost lease without its cause, a leak."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from phosphene.condition import Condition
from phosphene.loop.lease import UNANSWERED
from phosphene.moment import Sensed
from phosphene.perception.percepts import Heard
from phosphene.prove.news import News, What
from phosphene.prove.tidings import LEASE_LOST, RESET
from phosphene.trace.records import Decided, MomentRecord
from phosphene_tools.bench.soak_board import LeaseCount
from phosphene_tools.bench.soak_faults import Injected
from phosphene_tools.bench.soak_figures import Soaked, verdict
from phosphene_tools.bench.soak_health import Health, Sample, growth, theil_sen
from phosphene_tools.bench.soak_plan import BEGINS_S, ENDS_S, LASTS_S, Kind, plan
from phosphene_tools.bench.soak_verdict import SEEN_S, lost_leases, seen_after_s

FAULT_S = 10.0
SHOWN: dict[Kind, Sensed] = {
    Kind.CABLE: Sensed(board=False),
    Kind.RESET: Sensed(told=(News(What.NOTICE, title="the board was reset (pin)", task=RESET),)),
    Kind.FREEZE: Sensed(told=(News(What.NOTICE, title="a renewal failed", task=UNANSWERED),)),
    Kind.WATCHDOG: Sensed(told=(News(What.NOTICE, title="the board was reset (watchdog)", task=RESET),)),
    Kind.NOISE: Sensed(conditions=frozenset({Condition.NOISY})),
    Kind.CAMERA: Sensed(conditions=frozenset({Condition.BLIND, Condition.RECORDING})),
    Kind.MICROPHONE: Sensed(conditions=frozenset({Condition.DEAF})),
    Kind.ACCELERATOR: Sensed(conditions=frozenset({Condition.ACCELERATOR})),
}


def moments(
    seconds: float = 30.0, shown: dict[float, Sensed] | None = None, lasts_s: float = 2.0
) -> list[MomentRecord]:
    """A calm trace, ten moments a second; each of `shown` stands for `lasts_s` from its time on."""
    found: list[MomentRecord] = []
    for tick in range(round(10 * seconds)):
        at_s = tick / 10
        sensed = Sensed()
        for from_s, what in (shown or {}).items():
            if from_s <= at_s < from_s + lasts_s:
                # News comes once, a state stays.
                sensed = what if at_s == pytest.approx(from_s) else replace(what, told=())
        found.append(MomentRecord(tick, at_s, sensed, Decided("wait"), "home"))
    return found


def lease_lost(why: str) -> Sensed:
    return Sensed(told=(News(What.NOTICE, title=f"lease 1 ran out: {why}", task=LEASE_LOST),))


def soaked(faults: Sequence[Injected] = (), leases: int = 0, health: Health | None = None) -> Soaked:
    count = LeaseCount({7: leases})
    return Soaked(0.0, 30.0, list(faults), count, health or healthy(), 900, 1500, 20)


def samples(mb_per_hour: float = 0.0, fds: int = 0, threads: int = 0, minutes: int = 30) -> list[Sample]:
    """What a process holds, each second: some noise, now and then a peak, and a growth over the whole time."""
    rng = random.Random(4)
    seconds = 60 * minutes
    return [
        Sample(
            float(at),
            200 + mb_per_hour * at / 3600 + rng.gauss(0, 0.05) + (20 if at % 97 == 0 else 0),
            40 + round(fds * at / seconds) + (at % 41 == 0),
            12 + round(threads * at / seconds) + (at % 37 == 0),
        )
        for at in range(seconds)
    ]


def healthy() -> Health:
    return Health({"supervisor": samples(), "broker": samples()})


@pytest.mark.parametrize("kind", Kind)
def test_a_fault_is_seen_only_where_its_sign_comes_up_in_time(kind: Kind) -> None:
    fault = Injected(kind, FAULT_S)
    assert seen_after_s(fault, moments(shown={FAULT_S + 1: SHOWN[kind]})) == pytest.approx(1.0)
    assert seen_after_s(fault, moments()) is None, "nothing is shown"
    assert seen_after_s(fault, moments(shown={FAULT_S + SEEN_S[kind] + 1: SHOWN[kind]})) is None, "too late"
    before = {FAULT_S - 1: replace(SHOWN[kind], told=()) if SHOWN[kind].told else SHOWN[kind]}
    assert seen_after_s(fault, moments(shown=before, lasts_s=9)) is None, "it was there before"
    other = next(one for one in Kind if SHOWN[one] != SHOWN[kind] and {one, kind} != {Kind.RESET, Kind.WATCHDOG})
    if {kind, other} != {Kind.CABLE, Kind.FREEZE}:
        assert seen_after_s(fault, moments(shown={FAULT_S + 1: SHOWN[other]})) is None, "it is another's sign"


def test_a_fault_that_is_missing_in_the_trace_breaks_a_promise() -> None:
    faults = [Injected(Kind.CAMERA, 5.0), Injected(Kind.CABLE, 15.0)]
    records = moments(shown={6.0: SHOWN[Kind.CAMERA], 15.2: SHOWN[Kind.CABLE]})
    figures = verdict(soaked(faults), records)
    assert (figures["faults"]["injected"], figures["faults"]["seen"], figures["promises_broken"]) == (2, 2, [])
    assert figures["faults"]["slowest_s"] == {"camera": 1.0, "cable": 0.2}
    figures = verdict(soaked(faults), moments(shown={6.0: SHOWN[Kind.CAMERA]}))
    assert figures["faults"]["seen"] == 1
    assert figures["promises_broken"] == ["cable, 15.0 s after the beginning: not in the trace within 3 s"]


@pytest.mark.parametrize(
    ("why", "shown", "explained"),
    [
        ("no renewal came", Sensed(board=False), True),
        ("no renewal came", SHOWN[Kind.FREEZE], True),
        ("no renewal came", SHOWN[Kind.CAMERA], False),
        ("nothing is sensed", SHOWN[Kind.CAMERA], True),
        ("nothing is decided", SHOWN[Kind.ACCELERATOR], True),
        ("nothing is decided", SHOWN[Kind.MICROPHONE], False),
        ("the loop stands", SHOWN[Kind.NOISE], False),
        ("nobody was told why", SHOWN[Kind.NOISE], True),
    ],
)
def test_a_lost_lease_wants_a_cause_that_fits_what_the_board_said(why: str, shown: Sensed, explained: bool) -> None:
    records = moments(shown={8.0: shown, 12.0: lease_lost(why)})
    (lost,) = lost_leases(records)
    assert bool(lost.cause) is explained
    figures = verdict(soaked(leases=1), records)
    assert figures["leases"]["explained"] == int(explained)
    assert bool(figures["promises_broken"]) is not explained


def test_a_lost_lease_that_the_trace_does_not_tell_breaks_a_promise() -> None:
    records = moments(shown={8.0: Sensed(board=False), 12.0: lease_lost("no renewal came")})
    assert verdict(soaked(leases=1), records)["promises_broken"] == []
    (broken,) = verdict(soaked(leases=2), records)["promises_broken"]
    assert broken == "the board counted 2 lost leases, the trace has 1"


def test_a_loop_that_stood_is_a_cause() -> None:
    told = moments(shown={12.0: lease_lost("the loop stands")})
    assert [lost.cause for lost in lost_leases(told)] == [""]
    stood = [record for record in told if not 11.0 < record.time_s < 11.8]
    assert [lost.cause for lost in lost_leases(stood)] == ["the loop stood"]


def test_senses_that_told_nothing_for_a_while_are_a_cause() -> None:
    def with_sound(quiet_s: tuple[float, float]) -> list[MomentRecord]:
        hop = Heard(0.0, -30.0, 0.5)
        return [
            replace(record, sensed=replace(record.sensed, heard=(hop,)))
            if not quiet_s[0] < record.time_s < quiet_s[1]
            else record
            for record in moments(shown={12.0: lease_lost("nothing is sensed")})
        ]

    assert [lost.cause for lost in lost_leases(with_sound((0.0, 0.0)))] == [""]
    assert [lost.cause for lost in lost_leases(with_sound((11.0, 11.9)))] == ["the senses were late"]


def test_a_reset_ends_a_lease_and_is_its_own_cause() -> None:
    count = LeaseCount({1: 2, 2: 0})
    assert count.lost == 3
    (lost,) = lost_leases(moments(shown={9.0: SHOWN[Kind.RESET]}))
    assert lost.cause == "the board was reset (pin)"


@pytest.mark.parametrize(
    ("leaking", "said"),
    [
        (samples(mb_per_hour=3.0), "the supervisor grows by"),
        (samples(fds=4), "the supervisor has 3 more descriptors"),
        (samples(threads=1), "the supervisor has 1 more threads"),
    ],
    ids=["memory", "descriptors", "threads"],
)
def test_a_leak_breaks_a_promise(leaking: list[Sample], said: str) -> None:
    run = replace(soaked(health=Health({"supervisor": leaking, "broker": samples()})), ended_s=1800.0)
    (broken,) = verdict(run, moments())["promises_broken"]
    assert broken.startswith(said)


def test_noise_and_peaks_are_no_leak_and_a_short_look_says_nothing() -> None:
    flat = growth(samples())
    assert flat.mb_per_hour == pytest.approx(0, abs=0.1)
    assert (flat.fds, flat.threads) == (0, 0)
    assert growth(samples(mb_per_hour=3.0)).mb_per_hour == pytest.approx(3.0, abs=0.15)
    assert growth(samples(mb_per_hour=60.0, minutes=4)).mb_per_hour is None
    assert growth([]).mb_per_hour is None


def test_the_slope_is_the_median_of_the_slopes_of_all_pairs() -> None:
    assert theil_sen([0, 1, 2, 3, 4], [0, 2, 4, 6, 100]) == 2.0
    assert theil_sen(range(5000), [3.0 * x for x in range(5000)]) == pytest.approx(3.0)


def test_a_process_that_nobody_could_look_at_breaks_a_promise() -> None:
    broken = verdict(soaked(health=Health({"supervisor": samples()})), moments())["promises_broken"]
    assert broken == ["nobody could look at the broker"]


def test_a_process_that_was_replaced_begins_anew() -> None:
    import os

    health = Health()
    health.look("worker", os.getpid())
    health.look("worker", os.getpid())
    assert len(health.samples["worker"]) == 2
    health.look("worker", os.getppid())
    assert len(health.samples["worker"]) == 1
    health.look("worker", None)
    assert len(health.samples["worker"]) == 1


def test_a_plan_is_drawn_from_its_seed_in_rounds_of_each_kind() -> None:
    half_hour = plan(1800, 1)
    assert half_hour == plan(1800, 1) != plan(1800, 2)
    kinds = [planned.kind for planned in half_hour]
    whole = len(kinds) // len(Kind) * len(Kind)
    assert len(kinds) > 60
    for at in range(0, whole, len(Kind)):
        assert set(kinds[at : at + len(Kind)]) == set(Kind)
    ends = [planned.at_s + LASTS_S[planned.kind] for planned in half_hour]
    assert all(later.at_s - end > 10 for end, later in zip(ends, half_hour[1:], strict=False)), "one at a time"
    assert half_hour[0].at_s > BEGINS_S
    assert ends[-1] <= 1800 - ENDS_S
    quick = plan(80, 3, quick=True)
    assert [planned.kind for planned in quick][-1] is Kind.ACCELERATOR
    assert {planned.kind for planned in quick} == set(Kind)
    assert {planned.kind for planned in plan(40, 3, quick=True, kinds=(Kind.CABLE, Kind.RESET))} == {
        Kind.CABLE,
        Kind.RESET,
    }
