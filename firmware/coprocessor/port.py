# SPDX-License-Identifier: Apache-2.0
"""Opens the serial port that carries the line, as the board's configuration says."""

from machine import UART, Pin


def open_port(line: dict):
    """A pollable port: `readinto` returns at once, `write` may be partial.

    `kind` is `uart` (RTS and CTS if their pins are given) or `usb` (a second
    CDC interface beside the REPL's; needs the package usb-device-cdc).
    """
    if line["kind"] == "usb":
        return _open_usb()
    port = UART(
        line["id"],
        baudrate=line["baud"],
        tx=Pin(line["tx"]),
        rx=Pin(line["rx"]),
        rxbuf=line["rxbuf"],
        txbuf=512,
        timeout=0,
    )
    if "rts" in line and "cts" in line:
        flow = UART.RTS | UART.CTS
        port.init(baudrate=line["baud"], rts=Pin(line["rts"]), cts=Pin(line["cts"]), flow=flow)
    return port


def _open_usb():
    import usb.device
    from usb.device.cdc import CDCInterface

    port = CDCInterface()
    port.init(timeout=0, txbuf=512, rxbuf=4096)
    usb.device.get().init(port, builtin_driver=True)
    return port
