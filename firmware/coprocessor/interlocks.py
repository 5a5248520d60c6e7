# SPDX-License-Identifier: Apache-2.0
"""Interlocks: which outputs are never on together, and which need another one to be on.

`board.json` holds `"interlocks": [{"never": [a, b, …]}, {"output": a, "needs": [b, …]}]`.
"""

from refusal import refused


def wire(declared: list, named) -> None:
    """Tell each output what bars it (`never`), what it `needs`, and what needs it (`dependents`)."""
    for interlock in declared:
        outputs = [named(name) for name in interlock.get("never", ())]
        for output in outputs:
            output.never += tuple([other for other in outputs if other is not output])
        needs = tuple([named(name) for name in interlock.get("needs", ())])
        if needs:
            output = named(interlock["output"])
            output.needs += needs
            for needed in needs:
                needed.dependents += (output,)


def check(output) -> None:
    """Raise Refusal when another output forbids that this one is on.

    `output.on` is claimed before this runs: of two that may not be on together
    and are claimed at once, each finds the other's claim, so never both go on.
    """
    for other in output.never:
        if other.on:
            raise refused(
                "%s and %s are never on together; switch %s off first" % (output.name, other.name, other.name)
            )
    for other in output.needs:
        if not other.on:
            raise refused("%s needs %s on; switch %s on first" % (output.name, other.name, other.name))
