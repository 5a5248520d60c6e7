# SPDX-License-Identifier: Apache-2.0
"""Faults on purpose: seeded plans, and an injector that hurts frames as such a plan says.

A plan is a TOML file:

    seed = 1
    reorder = false             # true: a delayed frame may arrive after later ones

    [to_board]                  # likewise [to_host]
    drop = 0.02                 # share of the frames that it happens to
    flip = 0.01                 # one bit
    insert = 0.01               # one to four random bytes somewhere
    truncate = 0.01             # the frame ends early, half of the time without its delimiter
    duplicate = 0.01
    delay = 0.02
    delay_ms = [1, 20]          # how long
    duplicate_ms = [0, 50]      # how long after the original the copy comes

It works on whole frames as they stand on the wire, so it can be used on real boards as well.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from random import Random
from typing import Any, Final

from phosphene.errors import ConfigError
from phosphene.line.tap import Direction

KINDS: Final = ("drop", "flip", "insert", "truncate", "duplicate", "delay")
_INSERTED_MAX: Final = 4
_SPANS: Final = ("delay_ms", "duplicate_ms")

Hook = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class FaultRates:
    """The share (0 to 1) of one direction's frames that each kind of fault happens to; at most 1 together."""

    rates: Mapping[str, float] = field(default_factory=dict[str, float])
    delay_ms: tuple[float, float] = (1.0, 20.0)
    duplicate_ms: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        if any(not 0 <= rate <= 1 for rate in self.rates.values()) or sum(self.rates.values()) > 1 + 1e-9:
            raise ConfigError("a rate is below 0, or the rates of a direction are above 1 together")


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """What happens to frames, reproducibly: the same seed and the same frames give the same faults.

    Kinds beyond KINDS need a hook of the same name (see FaultInjector).
    """

    seed: int = 0
    reorder: bool = False
    to_board: FaultRates = FaultRates()
    to_host: FaultRates = FaultRates()

    @classmethod
    def uniform(cls, rate: float, *, seed: int = 0, kinds: Iterable[str] = KINDS) -> FaultPlan:
        """Return a plan that hits `rate` of all frames, both ways, each kind alike."""
        names = tuple(kinds)
        rates = FaultRates({name: rate / len(names) for name in names})
        return cls(seed=seed, to_board=rates, to_host=rates)

    @classmethod
    def load(cls, path: Path, *, extra: Iterable[str] = ()) -> FaultPlan:
        """Read a plan; `extra` names kinds that the caller has hooks for. Raises ConfigError."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"the fault plan can't be read: {error.strerror}", place=str(path)) from error
        return cls.parse(text, place=str(path), extra=extra)

    @classmethod
    def parse(cls, text: str, *, place: str = "fault plan", extra: Iterable[str] = ()) -> FaultPlan:
        """Read a plan from TOML. Raises ConfigError, which names the key."""
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"not TOML: {error}", place=place) from error
        _known(table, ("seed", "reorder", "to_board", "to_host"), place)
        kinds = (*KINDS, *extra)
        return cls(
            seed=_typed(table, "seed", int, 0, place),
            reorder=_typed(table, "reorder", bool, False, place),
            to_board=_rates(table, "to_board", kinds, place),
            to_host=_rates(table, "to_host", kinds, place),
        )


def _known(table: Mapping[str, Any], names: Iterable[str], place: str) -> None:
    for key in table:
        if key not in (allowed := tuple(names)):
            near = get_close_matches(key, allowed, n=1)
            cure = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(allowed)}"
            raise ConfigError(f"unknown key {key!r}", place=place, cure=cure)


def _typed(table: Mapping[str, Any], key: str, kind: type, default: Any, place: str) -> Any:
    value = table.get(key, default)
    if type(value) is not kind:
        raise ConfigError(f"{key} is {value!r}", place=place, cure=f"write a {kind.__name__}")
    return value


def _rates(table: Mapping[str, Any], name: str, kinds: tuple[str, ...], place: str) -> FaultRates:
    inside = _typed(table, name, dict, {}, place)
    place = f"{place}, [{name}]"
    _known(inside, (*kinds, *_SPANS), place)
    rates: dict[str, float] = {}
    spans: dict[str, tuple[float, float]] = {}
    for key, value in inside.items():
        if key in _SPANS:
            spans[key] = _span(key, value, place)
        elif type(value) not in (int, float) or not 0 <= value <= 1:
            raise ConfigError(f"{key} is {value!r}", place=place, cure="write a share from 0 to 1")
        else:
            rates[key] = float(value)
    if sum(rates.values()) > 1:
        raise ConfigError(f"the rates add up to {sum(rates.values()):g}", place=place, cure="at most 1 together")
    return FaultRates(rates, **spans)


def _span(key: str, value: Any, place: str) -> tuple[float, float]:
    numbers = value if isinstance(value, list) else []
    if len(numbers) != 2 or any(type(n) not in (int, float) for n in numbers) or not 0 <= numbers[0] <= numbers[1]:
        raise ConfigError(f"{key} is {value!r}", place=place, cure="write [shortest, longest] in milliseconds")
    return float(numbers[0]), float(numbers[1])


class FaultInjector:
    """Applies a plan and counts what it did.

    `hooks` are for kinds of the caller's own, such as a reset of the board: a frame that such a kind
    is drawn for is given to its hook first and then goes on unhurt.
    """

    def __init__(self, plan: FaultPlan, hooks: Mapping[str, Hook] | None = None) -> None:
        self.plan = plan
        self.frames: Counter[Direction] = Counter()
        self.counts: Counter[tuple[Direction, str]] = Counter()
        self._hooks = dict(hooks or {})
        self._rates = {Direction.TO_BOARD: plan.to_board, Direction.TO_HOST: plan.to_host}
        # One generator each, so that the faults of one direction do not depend on the other's timing.
        self._random = {way: Random(f"{plan.seed} {way.value}") for way in Direction}
        for rates in self._rates.values():
            for kind in rates.rates:
                if kind not in KINDS and kind not in self._hooks:
                    raise ConfigError(f"no hook for the fault {kind!r}", cure=f"known: {', '.join(KINDS)}")

    @property
    def by_kind(self) -> dict[str, int]:
        """How often each kind happened, both directions together."""
        total: Counter[str] = Counter()
        for (_, kind), count in self.counts.items():
            total[kind] += count
        return dict(total)

    @property
    def share(self) -> float:
        """The share of all frames that were hit."""
        return sum(self.counts.values()) / max(1, sum(self.frames.values()))

    def apply(self, direction: Direction, frame: bytes) -> list[tuple[float, bytes]]:
        """Return what becomes of one wire frame: pieces, each with its delay in seconds."""
        self.frames[direction] += 1
        random, rates = self._random[direction], self._rates[direction]
        kind = _pick(random.random(), rates.rates)
        if not kind:
            return [(0.0, frame)]
        self.counts[direction, kind] += 1
        if kind == "drop":
            return []
        if kind == "duplicate":
            return [(0.0, frame), (random.uniform(*rates.duplicate_ms) * 1e-3, frame)]
        if kind == "delay":
            return [(random.uniform(*rates.delay_ms) * 1e-3, frame)]
        if kind in KINDS:
            return [(0.0, _hurt(kind, frame, random))]
        self._hooks[kind](frame)
        return [(0.0, frame)]


def _pick(drawn: float, rates: Mapping[str, float]) -> str:
    """Return the kind that a number from 0 to 1 falls on, or nothing."""
    for kind, rate in rates.items():
        if drawn < rate:
            return kind
        drawn -= rate
    return ""


def _hurt(kind: str, frame: bytes, random: Random) -> bytes:
    """Return `frame` (with its delimiter) flipped, with bytes inserted, or truncated."""
    if kind == "flip":
        at = random.randrange(len(frame))
        return frame[:at] + bytes((frame[at] ^ 1 << random.randrange(8),)) + frame[at + 1 :]
    if kind == "insert":
        at = random.randrange(len(frame) + 1)
        return frame[:at] + random.randbytes(random.randint(1, _INSERTED_MAX)) + frame[at:]
    return frame[: random.randrange(len(frame) - 1)] + random.choice((b"", b"\0"))
