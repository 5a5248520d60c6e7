# SPDX-License-Identifier: Apache-2.0
"""A second CDC interface: on the simulated board it is the line."""

from machine import UART


class CDCInterface(UART):
    """Reads and writes like the UART; the rate means nothing."""

    def __init__(self, **options):
        super().__init__(0)

    def init(self, baudrate=None, **options):
        super().init(baudrate, rxbuf=options.get("rxbuf"))
