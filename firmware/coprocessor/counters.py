# SPDX-License-Identifier: Apache-2.0
"""What the firmware counts about its end of the line. PROTOCOL.md, section 12."""

NAMES = (
    "rx_frames",
    "rx_bytes",
    "crc_errors",
    "cobs_errors",
    "too_long",
    "duplicates",
    "gaps",
    "late",
    "refused",
    "executed",
    "tx_frames",
    "tx_dropped",
    "events",
    "events_dropped",
    "lease_losses",
    "overruns",
)


class Counters:
    """One attribute per name, all from zero at boot."""

    def __init__(self):
        for name in NAMES:
            setattr(self, name, 0)

    def values(self) -> tuple:
        """In the order of `NAMES`, each modulo 2**30."""
        return tuple(getattr(self, name) & 0x3FFFFFFF for name in NAMES)
