// SPDX-License-Identifier: Apache-2.0
// What this MicroPython has: as the rp2 port, single-precision floats too.
#include <alloca.h>
#include <limits.h>
#include <stdint.h>

#ifndef SSIZE_MAX
#define SSIZE_MAX INT_MAX // newlib has none without POSIX
#endif

#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES)

#define MICROPY_EMIT_THUMB (1)
#define MICROPY_EMIT_INLINE_THUMB (0)
#define MICROPY_MAKE_POINTER_CALLABLE(p) ((void *)((uintptr_t)(p) | 1)) // Thumb
#define MICROPY_PERSISTENT_CODE_LOAD (1)
#define MICROPY_HAS_FILE_READER (1) // files.c
#define MICROPY_ENABLE_GC (1)
#define MICROPY_STACK_CHECK (1)
#define MICROPY_LONGINT_IMPL (MICROPY_LONGINT_IMPL_MPZ)
#define MICROPY_FLOAT_IMPL (MICROPY_FLOAT_IMPL_FLOAT)
#define MICROPY_ENABLE_SCHEDULER (1)
#define MICROPY_SCHEDULER_DEPTH (8)
#define MICROPY_ENABLE_EMERGENCY_EXCEPTION_BUF (1)
#define MICROPY_EMERGENCY_EXCEPTION_BUF_SIZE (256)
#define MICROPY_KBD_EXCEPTION (1)
#define MICROPY_ENABLE_SOURCE_LINE (1)
#define MICROPY_ENABLE_EXTERNAL_IMPORT (1)
#define MICROPY_REPL_INFO (1)
#define MICROPY_HELPER_REPL (1)
#define MICROPY_USE_INTERNAL_ERRNO (1)
#define MICROPY_USE_INTERNAL_PRINTF (0)

#define MICROPY_PY_SYS_PLATFORM "emulated"
#define MICROPY_PY_SYS_STDFILES (0)
#define MICROPY_PY_BUILTINS_HELP (0)
#define MICROPY_PY_THREAD (0)

// The source distribution carries no extmod: what the firmware asks of it is in this folder.
#define MICROPY_VFS (0)
#define MICROPY_PY_ASYNCIO (0)
#define MICROPY_PY_OS_DUPTERM (0)
#define MICROPY_PY_RE (0)
#define MICROPY_PY_UCTYPES (0)

#define MICROPY_HW_BOARD_NAME "mps2-an385 under QEMU"
#define MICROPY_HW_MCU_NAME "emulated Cortex-M3"

#define MP_STATE_PORT MP_STATE_VM

typedef long mp_off_t;

// Each millisecond's tick wakes it.
#define MICROPY_INTERNAL_WFE(timeout_ms) __asm volatile ("wfi")
