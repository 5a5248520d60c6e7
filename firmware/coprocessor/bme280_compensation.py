# SPDX-License-Identifier: Apache-2.0
"""What a BME280's converters read, as temperature, pressure and humidity.

The datasheet's own integer arithmetic (BST-BME280-DS002, section 4.2.3), with 64
bits for pressure: here integers are as long as they must be.
"""

from struct import unpack


def trimming(low: bytes, high: bytes) -> tuple:
    """T1 to T3, P1 to P9, H1 to H6 from calib00…25 and calib26…32 (section 4.2.2, table 16)."""
    h2, h3, e4, e5, e6, h6 = unpack("<hBbBbb", high)
    return unpack("<HhhHhhhhhhhh", low) + (low[25], h2, h3, e4 * 16 + (e5 & 15), e6 * 16 + (e5 >> 4), h6)


def fine_temperature(adc: int, trim: tuple) -> int:
    """The datasheet's t_fine: 1/5120 of a degree."""
    t1, t2, t3 = trim[:3]
    linear = ((adc >> 3) - (t1 << 1)) * t2 >> 11
    offset = (adc >> 4) - t1
    return linear + ((offset * offset >> 12) * t3 >> 14)


def pascals(adc: int, fine: int, trim: tuple) -> int:
    """Pressure in 1/256 pascal; 0 where the trimming makes none."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = trim[3:12]
    a = fine - 128000
    b = a * a * p6 + (a * p5 << 17) + (p4 << 35)
    a = (a * a * p3 >> 8) + (a * p2 << 12)
    a = ((1 << 47) + a) * p1 >> 33
    if a <= 0:
        return 0
    p = ((1048576 - adc << 31) - b) * 3125
    p = p // a if p >= 0 else -(-p // a)  # as C divides: towards zero
    a = p9 * (p >> 13) * (p >> 13) >> 25
    b = p8 * p >> 19
    return (p + a + b >> 8) + (p7 << 4)


def percents(adc: int, fine: int, trim: tuple) -> int:
    """Relative humidity in 1/1024 percent, 0 to 100 percent."""
    h1, h2, h3, h4, h5, h6 = trim[12:]
    v = fine - 76800
    scale = ((v * h6 >> 10) * ((v * h3 >> 11) + 32768) >> 10) + 2097152
    v = ((adc << 14) - (h4 << 20) - h5 * v + 16384 >> 15) * (scale * h2 + 8192 >> 14)
    v -= ((v >> 15) * (v >> 15) >> 7) * h1 >> 4
    return min(max(v, 0), 419430400) >> 12
