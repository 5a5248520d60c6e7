# SPDX-License-Identifier: Apache-2.0
"""Voltages: `board.json` declares `"analog": [{"name", "pin", "full_mv"}]`.

`full_mv` is what is measured at full scale, a divider before the pin included.
"""

import device
from decimals import rounded
from machine import ADC, Pin
from refusal import refused
from task import field, task

FULL = 65535


@task(
    "analog.read",
    says=("measure", "how much voltage"),
    args=(field("name", "text", max=32), field("samples", "u8", min=1)),
    results=(field("raw", "u16"), field("millivolts", "u32", unit="mV")),
    idempotent=True,
    privilege="read",
    help="The mean of so many samples of an analog input, of 0 to 65535 and in millivolts.",
)
def read(name, samples):
    inputs = device.config.get("analog", ())
    for declared in inputs:
        if declared["name"] == name:
            break
    else:
        raise refused("no analog input %r; there are: %s" % (name, " ".join([i["name"] for i in inputs])))
    converter = ADC(Pin(declared["pin"]))
    total = 0
    for _ in range(samples):
        total += converter.read_u16()
    raw, _ = rounded(total, samples, "half_up")
    millivolts, _ = rounded(total * declared.get("full_mv", 3300), samples * FULL, "half_up")
    return raw, millivolts
