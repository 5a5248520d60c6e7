# SPDX-License-Identifier: Apache-2.0
"""The BME280's compensation against the worked example that Bosch publishes (BMP280 datasheet, section 3.12)."""

from struct import pack

from bme280_compensation import fine_temperature, pascals, percents, trimming

T = (27504, 26435, -1000)
P = (36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
H = (75, 365, 0, 312, 50, 30)
TRIM = T + P + H


def test_the_published_example():
    fine = fine_temperature(519888, TRIM)
    assert fine == 128422
    assert (fine * 5 + 128) >> 8 == 2508  # hundredths of a degree
    # Printed is 25767236, which is what floats make of it; the integers come to 0.01 Pa less.
    assert pascals(415148, fine, TRIM) == 25767233  # 1/256 pascal: 100,653.25 Pa


def test_trimming_has_its_signs_and_nibbles():
    low = pack("<HhhHhhhhhhhh", *(T + P)) + b"\0" + bytes((H[0],))
    # H4 and H5 are 12 bits with a sign, and share the register 0xE5.
    for h4, h5 in ((312, 50), (-1, -2048), (-2048, 2047), (0x123, -0x321)):
        high = pack("<hBbBbb", H[1], H[2], h4 >> 4, (h4 & 15) | (h5 & 15) << 4, h5 >> 4, -30)
        assert trimming(low, high) == T + P + (75, 365, 0, h4, h5, -30)


def test_humidity_stays_within_0_and_100_percent():
    fine = fine_temperature(519888, TRIM)
    assert percents(0, fine, TRIM) == 0
    assert percents(0xFFFF, fine, TRIM) == 100 * 1024
    rising = [percents(adc, fine, TRIM) for adc in range(0, 0x10000, 256)]
    assert rising == sorted(rising)


def test_trimming_that_makes_no_pressure_is_no_division_by_zero():
    assert pascals(415148, 128422, T + (0,) * 9 + H) == 0
