# SPDX-License-Identifier: Apache-2.0
"""What the simulator's `machine` takes from the interpreter's own."""


class PinBase:
    """Nothing of its own: this interpreter has no Signal and no time_pulse_us."""
