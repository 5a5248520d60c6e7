// SPDX-License-Identifier: Apache-2.0
// What MicroPython's core asks of the chip.
#include <stddef.h>
#include "shared/runtime/interrupt_char.h"

mp_uint_t mp_hal_ticks_cpu(void);

static inline mp_uint_t irq_off(void) {
    mp_uint_t state;
    __asm volatile ("mrs %0, primask\n cpsid i" : "=r" (state) : : "memory");
    return state;
}

static inline void irq_on(mp_uint_t state) {
    __asm volatile ("msr primask, %0" : : "r" (state) : "memory");
}

#define MICROPY_BEGIN_ATOMIC_SECTION() irq_off()
#define MICROPY_END_ATOMIC_SECTION(state) irq_on(state)
