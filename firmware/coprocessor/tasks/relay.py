# SPDX-License-Identifier: Apache-2.0
"""Relays: outputs that rest between two runs, as their rig declares."""

import device
from task import field, task


@task(
    "relay.switch",
    says=("switch", "turn"),
    args=(field("output", "text", max=32), field("on", "bool")),
    results=(field("left_ms", "u32", unit="ms"), field("wait_ms", "u32", unit="ms")),
    help="Switch within its limits; tells when it goes off by itself, or when it may go on again.",
)
def switch(output, on):
    relay = device.outputs.named(output)
    # Off is the safe side and never too early: what is owed is paid by a longer rest.
    if on:
        relay.turn_on()
    else:
        relay.make_safe()
    now = device.safety.ms()
    if relay.on:
        return relay.limits.on_left(now), 0
    return 0, relay.limits.wait(now)
