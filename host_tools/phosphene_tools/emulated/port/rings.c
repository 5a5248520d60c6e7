// SPDX-License-Identifier: Apache-2.0
// Bytes to and from the launcher: rings in memory that both see, and a UART as the bell. Whole pieces cross without
// an instruction of QEMU's between; through a UART itself each byte costs its two threads a dozen of system calls.

#include <string.h>

#include "board.h"
#include "py/mphal.h"

#define MEMORY 0x21000000 // the board's PSRAM, which QEMU maps from the launcher's file: rings.py
#define BELL ((volatile uint32_t *)0x40004000)
enum { DATA, STATE, CTRL, CLEAR, DIVIDER, TX_FULL = 1, RX_FULL = 2, TX_ON = 1, RX_ON = 2, RX_INTERRUPT = 8 };

// Both counts run on past the size, a power of two. Each end writes only its own.
typedef struct {
    uint32_t written;
    uint32_t at, size;
    uint32_t apart[13];
    uint32_t read;
    uint32_t apart_too[15];
} ring_t;

static ring_t *ring(unsigned wire, bool out) {
    return (ring_t *)MEMORY + 2 * wire + out;
}

static uint32_t theirs(uint32_t *count) {
    return __atomic_load_n(count, __ATOMIC_ACQUIRE);
}

static void ours(uint32_t *count, uint32_t value) {
    __atomic_store_n(count, value, __ATOMIC_RELEASE);
}

void rings_init(void) {
    BELL[DIVIDER] = 16;
    BELL[CTRL] = TX_ON | RX_ON | RX_INTERRUPT;
}

// It has woken the chip, and that was all.
void rings_handler(void) {
    BELL[CLEAR] = 2;
    while (BELL[STATE] & RX_FULL) {
        (void)BELL[DATA];
    }
}

void rings_bell(void) {
    if (!(BELL[STATE] & TX_FULL)) { // else one is on its way
        BELL[DATA] = 1;
    }
}

size_t ring_held(unsigned wire) {
    ring_t *in = ring(wire, false);
    return theirs(&in->written) - in->read;
}

bool ring_waiting(unsigned wire) {
    return ring_held(wire);
}

// Sleep, unless something waits, until the next interrupt: the bell's or a tick's.
void ring_wait(unsigned wire) {
    mp_uint_t state = irq_off(); // an interrupt after the look wakes nevertheless
    if (!ring_waiting(wire)) {
        __asm volatile ("wfi");
    }
    irq_on(state);
}

bool ring_takes(unsigned wire) {
    ring_t *out = ring(wire, true);
    return out->written - theirs(&out->read) < out->size;
}

static void copy(ring_t *r, uint32_t from, void *outside, uint32_t count, bool in) {
    uint8_t *bytes = (uint8_t *)MEMORY + r->at;
    uint32_t place = from & (r->size - 1), first = r->size - place < count ? r->size - place : count;
    if (in) {
        memcpy(outside, bytes + place, first);
        memcpy((uint8_t *)outside + first, bytes, count - first);
    } else {
        memcpy(bytes + place, outside, first);
        memcpy(bytes, (uint8_t *)outside + first, count - first);
    }
}

size_t ring_read(unsigned wire, void *to, size_t most) {
    ring_t *in = ring(wire, false);
    uint32_t held = ring_held(wire), count = held < most ? held : most;
    copy(in, in->read, to, count, true);
    ours(&in->read, in->read + count);
    if (count && held > in->size / 2) {
        rings_bell(); // the launcher may wait for room
    }
    return count;
}

size_t ring_write(unsigned wire, const void *from, size_t most) {
    ring_t *out = ring(wire, true);
    uint32_t room = out->size - (out->written - theirs(&out->read)), count = room < most ? room : most;
    copy(out, out->written, (void *)from, count, false);
    ours(&out->written, out->written + count);
    return count;
}
