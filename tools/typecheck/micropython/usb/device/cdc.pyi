# SPDX-License-Identifier: Apache-2.0
"""MicroPython's package usb-device-cdc, as far as the firmware uses it; it has no published stubs."""

from io import IOBase

from usb.device import Interface

class CDCInterface(IOBase, Interface):
    def init(
        self,
        baudrate: int = 9600,
        bits: int = 8,
        parity: str = "N",
        stop: int = 1,
        timeout: int = 1000,
        txbuf: int = 256,
        rxbuf: int = 256,
        flow: int = 0,
    ) -> None: ...
    def is_open(self) -> bool: ...
    def write(self, buf: bytes | bytearray | memoryview) -> int: ...
    def readinto(self, b: bytearray | memoryview) -> int | None: ...
