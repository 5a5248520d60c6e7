# SPDX-License-Identifier: Apache-2.0
"""Runs one test function of one unit file; executed by MicroPython, not by CPython."""

import sys

unit, name = sys.argv[1:]
getattr(__import__(unit), name)()
print("ran", name)
