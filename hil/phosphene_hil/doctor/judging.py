# SPDX-License-Identifier: Apache-2.0
"""From which nets followed which driver to what is wrong with the wires. Nothing here touches a board."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from phosphene_hil.doctor.finding import Finding

Followed = Mapping[str, frozenset[str]]
"""By the net that was driven at one end: the nets that followed at the other. As it should be, itself alone."""


class Names(Protocol):
    """Where a net ends, in words."""

    def board(self, net: str) -> str:
        """Return the board's pin: ``board GP18 (pin 24)``."""
        ...

    def bench(self, net: str) -> str:
        """Return the instrument's: ``bench GP1 (pin 2)``; empty where nobody knows its pins."""
        ...


@dataclass(frozen=True)
class Observed:
    """What came of driving each net."""

    followed: Followed
    touching: frozenset[frozenset[str]] = frozenset()
    """Pairs that moved only when both were driven: two drivers against each other, of which the low one wins."""
    stuck: Mapping[str, bool] = field(default_factory=dict[str, bool])
    """Inputs that keep a level which is not the one where they rest."""


def judge(seen: Observed, names: Names) -> list[Finding]:
    """Return a finding for each driven net, faults first; nets that are mixed up share one."""
    faults = list(_shorted(seen, names))
    told = {net for fault in faults for net in fault.nets}
    for net in seen.followed:
        if net not in told and (fault := _fault(net, seen, names)):
            faults.append(fault)
            told.update(fault.nets)
    return faults + [Finding("fine", (net,), f"{net} follows") for net in seen.followed if net not in told]


def _shorted(seen: Observed, names: Names) -> Iterator[Finding]:
    """Several nets that follow one driver touch each other, wherever that is."""
    groups: list[set[str]] = [set(pair) for pair in seen.touching]
    groups += [{net, *followers} for net, followers in seen.followed.items() if len(followers) > 1]
    merged: list[set[str]] = []
    for group in groups:
        for other in [other for other in merged if other & group]:
            merged.remove(other)
            group |= other
        merged.append(group)
    for group in merged:
        nets = tuple(sorted(group))
        ends = "; ".join(_ends(net, names) for net in nets)
        cure = f"look for a bridge between them, at either end: {ends}"
        yield Finding("shorted", nets, f"{_and(nets)} touch: they move together", cure)


def _fault(net: str, seen: Observed, names: Names) -> Finding | None:
    followers = seen.followed[net]
    if followers == frozenset({net}):
        return None
    if not followers:
        return _silent(net, seen, names)
    (other,) = followers
    if seen.followed.get(other) == frozenset({net}):
        here, there = names.bench(net), names.bench(other)
        where = f"at the bench: {here} and {there}" if here else "at the instrument"
        cure = f"exchange the two wires {where} (or at the board: {names.board(net)} and {names.board(other)})"
        return Finding("swapped", tuple(sorted((net, other))), f"{net} and {other} are exchanged", cure)
    here = names.bench(net)
    where = f" from {names.bench(other)} to {here}" if here else ""
    cure = f"move the wire of {names.board(net)}{where}"
    return Finding("misplaced", (net,), f"{net} is wired to where {other} belongs", cure)


def _silent(net: str, seen: Observed, names: Names) -> Finding:
    ends = _ends(net, names)
    if net in seen.stuck:
        level = "high" if seen.stuck[net] else "low"
        cure = f"look for a bridge to {'3.3 V' if seen.stuck[net] else 'ground'}, or another driver: {ends}"
        return Finding("stuck", (net,), f"{net} stays {level}, whoever drives it", cure)
    return Finding("open", (net,), f"{net} does not follow", f"the wire is not there, or on no pin of ours: {ends}")


def _ends(net: str, names: Names) -> str:
    return " – ".join(end for end in (names.board(net), names.bench(net)) if end)


def _and(nets: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(nets[:-1]), nets[-1])))
