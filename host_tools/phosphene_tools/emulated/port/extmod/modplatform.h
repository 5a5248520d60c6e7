// SPDX-License-Identifier: Apache-2.0
// The source distribution carries no extmod; its core wants a header of this name.
#define MICROPY_PLATFORM_SYSTEM "MicroPython"
#define MICROPY_PLATFORM_ARCH "armv7m"
#define MICROPY_PLATFORM_COMPILER "GCC " __VERSION__
#define MICROPY_PLATFORM_LIBC_LIB "newlib"
#define MICROPY_PLATFORM_LIBC_VER ""
