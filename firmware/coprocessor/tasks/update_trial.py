# SPDX-License-Identifier: Apache-2.0
"""A version on trial: tested by itself, confirmed or given up. docs/flash.md."""

import sys

import installing
import slots
import updating
from process import Pause
from refusal import FORBIDDEN, Refusal, refused
from task import field, task

RESTART_MS = 200  # in which the answer gets out

_boot = {"passed": False}  # this boot's self-test; not empty, or the registry takes it for a constant


@task(
    "update.self_test",
    kind="process",
    results=(field("fault", "text", max=150),),
    privilege="maintain",
    on_lease_loss="go_on",
    writes_per_hour=12,
    help="Load every task, try known answers and the store; empty when all is well.",
)
def self_test():
    import self_test

    _boot["passed"] = False
    fault = yield from updating.quiet(self_test.run())
    _boot["passed"] = not fault
    del sys.modules["self_test"]
    return (fault,)


@task(
    "update.confirm",
    kind="process",
    results=(field("slot", "text", max=1),),
    privilege="maintain",
    on_lease_loss="go_on",
    writes_per_hour=12,
    help="Keep the version on trial, which passed its self-test in this boot.",
)
def confirm():
    root = updating.root()
    if not _boot["passed"]:
        raise Refusal(FORBIDDEN, "the self-test was not passed in this boot; start update.self_test")
    import trial

    yield Pause(updating.WRITE_MS)
    try:
        installing.confirm(root)
    except installing.Unfit as unfit:
        raise refused(str(unfit))
    trial.end()
    return (slots.held(root).active,)


@task(
    "update.reject",
    kind="process",
    args=(field("why", "text", max=120),),
    privilege="maintain",
    on_lease_loss="go_on",
    writes_per_hour=12,
    help="Give the version on trial up; the next start runs the one before it.",
)
def reject(why):
    root = updating.root()
    yield Pause(updating.WRITE_MS)
    try:
        installing.reject(root, why)
    except installing.Unfit as unfit:
        raise refused(str(unfit))
    return ()


@task(
    "update.restart",
    kind="process",
    privilege="maintain",
    on_lease_loss="go_on",
    help="Reset the board, which must not be armed.",
)
def restart():
    updating.check_idle()
    yield RESTART_MS
    updating.check_idle()
    import machine

    machine.reset()
    return ()
