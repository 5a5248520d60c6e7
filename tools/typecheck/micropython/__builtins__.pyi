# SPDX-License-Identifier: Apache-2.0
"""Built-ins of MicroPython, where the published stubs are stricter than the interpreter.

A viper pointer is made from anything with a buffer, and reads and writes through it unchecked. The
published stubs have it as a class of its own, which no bytearray fits.
"""

from typing import Any, TypeAlias

from _mpy_shed._mpy_builtins import const as const
from _mpy_shed._mpy_builtins import uint as uint

ptr: TypeAlias = Any
ptr8: TypeAlias = Any
ptr16: TypeAlias = Any
ptr32: TypeAlias = Any
