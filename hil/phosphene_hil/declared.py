# SPDX-License-Identifier: Apache-2.0
"""What each output has to do when the host is lost or the firmware breaks: derived from the rig's files alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from phosphene_hil.board import Change
from phosphene_hil.safety_table import TOLERANCE_S
from phosphene_tools.boards.wiring import Output, Wiring

NO_KICKS_S = 0.2
"""How long the safety timer goes on kicking the dead-man while the dispatcher stands (`NO_KICKS` of safety.py)."""
STANDS_S = 1.5
"""After how long it makes everything safe (`STANDS` of safety.py)."""
WATCHDOG_S = 4.0
"""After how long without a feed the watchdog resets the chip (`WATCHDOG_MS` of main.py)."""
LONG_S = 10.0
"""A time on that is longer is not waited for."""


@dataclass(frozen=True)
class Demand:
    """An output must be safe within `within_s` (infinite: it goes on), and not before `after_s`; `by` says by whom."""

    within_s: float
    by: str
    after_s: float = 0.0

    def __str__(self) -> str:
        """Return it in words."""
        if self.within_s == inf:
            return "goes on, for it needs no host"
        held = f"held until {self.after_s:g} s, " if self.after_s else ""
        when = f"within {self.within_s:g} s" if self.within_s else "at once"
        return f"{held}safe {when}: {self.by}"

    def met_by(self, safe_at_s: float | None, watched_s: float, held_up_s: float = 0.0) -> bool:
        """Whether an output that was safe for good at `safe_at_s` (None: not while it was watched) did so.

        `held_up_s` is by how much the computer made it late: see HeldUp.
        """
        if self.within_s == inf:
            return safe_at_s is None
        if safe_at_s is None or watched_s < self.within_s:
            return False
        return self.after_s - TOLERANCE_S <= safe_at_s <= self.within_s + TOLERANCE_S + held_up_s


def declaration(output: Output) -> str:
    """Return what the rig's file says of an output, in words."""
    policy = {"safe": "safe", "hold": f"hold {output.max_s} s", "autonomous": "autonomous"}[output.on_lease_loss]
    if output.on_lease_loss == "autonomous" and output.max_s:
        policy += f" {output.max_s} s"
    return f"guarded, {policy}" if output.guarded else policy


def lease_s(wiring: Wiring) -> float:
    """Return after how long without any progress the lease ends."""
    lease = wiring.lease
    return min(lease.tick_ms, lease.capture_ms, lease.inference_ms) / 1000


def host_lost(output: Output, wiring: Wiring) -> Demand:
    """Return the demand when the host makes no progress any more, and the firmware is well."""
    lease = lease_s(wiring)
    if output.guarded or output.on_lease_loss == "safe":
        return Demand(lease, "the lease runs out")
    ends = Demand(inf, "")
    if output.max_s:
        ends = Demand(lease + output.max_s, f"the lease runs out, then its {output.max_s} s", after_s=output.max_s)
    if output.max_on_s is not None and output.max_on_s < min(ends.within_s, LONG_S):
        return Demand(output.max_on_s, "its longest time on is over")
    return ends


def dispatcher_stands(output: Output, wiring: Wiring) -> Demand:
    """Return the demand when the dispatcher never comes back and the safety timer goes on."""
    if output.guarded:
        return Demand(NO_KICKS_S + _dead_man_s(wiring), "no more kicks, the dead-man falls")
    lease = lease_s(wiring)
    if output.on_lease_loss == "safe" and lease < STANDS_S:
        return Demand(lease, "the lease runs out unrenewed")
    return Demand(STANDS_S, "the safety timer sees the dispatcher stand")


def all_stands(output: Output, wiring: Wiring) -> Demand:
    """Return the demand when neither dispatcher nor timers run any more."""
    if output.guarded:
        return Demand(_dead_man_s(wiring), "no more kicks, the dead-man falls")
    return Demand(WATCHDOG_S, "nothing but the watchdog is left, and it bites")


def at_once(_output: Output, _wiring: Wiring) -> Demand:
    """Return the demand when the chip is reset: whatever the policy, pins fall to what the resistors give them."""
    return Demand(0.0, "the pins fall with the reset")


def failed(_output: Output, _wiring: Wiring) -> Demand:
    """Return the demand when the firmware finds itself broken: all goes safe, then it leaves a record and resets."""
    return Demand(0.0, "it makes everything safe before it resets")


def longest_s(demands: Sequence[Demand], wiring: Wiring) -> float:
    """Return for how long one must watch to see all of them met or missed; what goes on must outlive the lease."""
    ends = [lease_s(wiring) if demand.within_s == inf else demand.within_s for demand in demands]
    return max(ends) + 2 * TOLERANCE_S


def safe_for_good_s(changes: Sequence[Change], safe: bool, began_s: float) -> float | None:
    """Return when, in seconds from `began_s`, an output that was on went safe and stayed; None if it did not."""
    if not changes or changes[-1].level != safe:
        return None
    return changes[-1].at_s - began_s


def _dead_man_s(wiring: Wiring) -> float:
    return wiring.enable.dead_man_ms / 1000
