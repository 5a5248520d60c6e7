# SPDX-License-Identifier: Apache-2.0
"""Makes an accelerator of what a person wrote: `cpu`, `coral`, `teflon`, `rknn`, with an interpreter behind a colon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from phosphene.accelerators.chips import CHIPS, Kind
from phosphene.accelerators.cpu import Cpu
from phosphene.accelerators.errors import AcceleratorError
from phosphene.accelerators.health import Event, Policy
from phosphene.accelerators.protocol import Accelerator
from phosphene.accelerators.supervised import Supervised
from phosphene.accelerators.worker import Limits, Worker

# A chip does nothing else; a CPU's other programs may keep a run waiting without anything being wrong with it.
_OF_A_CPU: Final = Policy(least_s=1.0)


def open_accelerator(
    spec: str,
    *,
    policy: Policy | None = None,
    limits: Limits | None = None,
    on_event: Callable[[Event], None] | None = None,
    cores: Mapping[str, int] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Accelerator:
    """Return the accelerator that `spec` names, such as ``coral:/opt/coral/bin/python``.

    ``cpu`` alone runs in this process. Everything else runs in a worker process under the interpreter that is named,
    or under this one, and is Supervised: one that is not there runs on the CPU and says so by an event. `cores` and
    `options` are the Worker's. Nothing is started before the first graph is loaded. Without a `policy`, a run of the
    CPU isn't late before a second has passed.

    Raises AcceleratorError for a kind that we don't know and an interpreter that does not exist.
    """
    kind, python = parse_spec(spec)
    if kind == "cpu" and not python:
        return Cpu(int((options or {}).get("threads", 1)))
    interpreter = Path(python).expanduser() if python else None
    if interpreter is not None and not interpreter.is_file():
        raise AcceleratorError(
            f"there is no Python for {kind}",
            place=str(interpreter),
            cure=f"python3 -m venv DIR, then {CHIPS[kind].cure}, and name DIR/bin/python",
        )
    worker = Worker(kind, interpreter, limits=limits, cores=cores, options=options)
    return Supervised(worker, policy=policy or (_OF_A_CPU if kind == "cpu" else None), on_event=on_event)


def parse_spec(spec: str) -> tuple[Kind, str]:
    """Return kind and interpreter, empty when none is named; raises AcceleratorError for a kind that we don't know."""
    kind, _, python = spec.partition(":")
    if kind not in CHIPS:
        raise AcceleratorError(
            f"there is no accelerator {kind or 'without a name'}",
            place=spec,
            cure=f"one of {', '.join(CHIPS)}; behind a colon the Python of its environment",
        )
    return cast("Kind", kind), python
