// SPDX-License-Identifier: Apache-2.0
// The chip: vectors, one clock that never loses time, a tick each millisecond, the REPL's UART.

#include "board.h"
#include "py/mphal.h"
#include "py/mpstate.h"
#include "py/runtime.h"
#include "shared/runtime/interrupt_char.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define TIMER_CTRL REGISTER(0x40000000)
#define TIMER_VALUE REGISTER(0x40000004)
#define TIMER_RELOAD REGISTER(0x40000008)
#define SYST_CTRL REGISTER(0xE000E010)
#define SYST_RELOAD REGISTER(0xE000E014)
#define NVIC_ENABLE REGISTER(0xE000E100)
#define CLOCK_MHZ 25

#define REPL ((volatile uint32_t *)0x40005000)
enum { DATA, STATE, CTRL, CLEAR, DIVIDER, TX_FULL = 1, RX_FULL = 2, TX_ON = 1, RX_ON = 2, RX_INTERRUPT = 8 };

// What is typed while the program is busy; where there is no room, it waits in QEMU and nothing is lost.
#define KEYS 256
static volatile uint8_t keys_head, keys_tail;
static uint8_t keys[KEYS];

static uint64_t cycles;
static uint32_t seen;

extern void link_tick(void);

uint64_t board_us(void) {
    mp_uint_t state = irq_off();
    uint32_t value = TIMER_VALUE;
    cycles += seen - value; // it counts down
    seen = value;
    uint64_t now = cycles / CLOCK_MHZ;
    irq_on(state);
    return now;
}

static void repl_handler(void) {
    REPL[CLEAR] = 2;
    while (REPL[STATE] & RX_FULL) {
        if ((uint8_t)(keys_tail + 1) == keys_head) {
            REPL[CTRL] = TX_ON | RX_ON; // until somebody reads
            return;
        }
        uint8_t byte = REPL[DATA];
        if (byte == mp_interrupt_char) {
            mp_sched_keyboard_interrupt();
        } else {
            keys[keys_tail++] = byte;
        }
    }
}

static void tick_handler(void) {
    board_us(); // so that the counter never wraps unseen
    link_tick();
}

static void fault_handler(void) {
    static const char text[] = "\r\nhard fault\r\n";
    mp_hal_stdout_tx_strn(text, sizeof text - 1);
    for (;;) {
        __asm volatile ("wfi"); // the watchdog bites
    }
}

void board_init(void) {
    TIMER_RELOAD = TIMER_VALUE = seen = 0xFFFFFFFF;
    TIMER_CTRL = 1;
    rings_init();
    REPL[DIVIDER] = 16;
    REPL[CTRL] = TX_ON | RX_ON | RX_INTERRUPT;
    NVIC_ENABLE = 1 << 0 | 1 << 2;
    SYST_RELOAD = CLOCK_MHZ * 1000 - 1;
    SYST_CTRL = 7;
}

mp_uint_t mp_hal_ticks_ms(void) {
    return board_us() / 1000;
}

mp_uint_t mp_hal_ticks_us(void) {
    return board_us();
}

mp_uint_t mp_hal_ticks_cpu(void) {
    return mp_hal_ticks_us();
}

void mp_hal_delay_us(mp_uint_t us) {
    for (uint64_t until = board_us() + us; board_us() < until;) {
    }
}

void mp_hal_delay_ms(mp_uint_t ms) {
    for (uint64_t until = board_us() + 1000ull * ms; board_us() < until;) {
        mp_event_wait_ms(1);
    }
}

int mp_hal_stdin_rx_chr(void) {
    while (keys_head == keys_tail) {
        mp_event_wait_ms(1);
    }
    uint8_t byte = keys[keys_head++];
    if (!(REPL[CTRL] & RX_INTERRUPT)) {
        mp_uint_t state = irq_off();
        REPL[CTRL] = TX_ON | RX_ON | RX_INTERRUPT;
        repl_handler();
        irq_on(state);
    }
    return byte;
}

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t count) {
    for (size_t i = 0; i < count; i++) {
        while (REPL[STATE] & TX_FULL) {
        }
        REPL[DATA] = text[i];
    }
    return count;
}

int semihost(int operation, const void *arguments) {
    register int r0 __asm("r0") = operation;
    register const void *r1 __asm("r1") = arguments;
    __asm volatile ("bkpt 0xAB" : "+r" (r0) : "r" (r1) : "memory");
    return r0;
}

extern int main(void);
extern uint32_t _sidata, _data, _edata, _bss, _ebss, _stack_top;

void Reset_Handler(void) {
    for (uint32_t *from = &_sidata, *to = &_data; to < &_edata;) {
        *to++ = *from++;
    }
    for (uint32_t *to = &_bss; to < &_ebss;) {
        *to++ = 0;
    }
    main();
    for (;;) {
    }
}

typedef void (*handler_t)(void);
__attribute__((section(".vectors"), used)) static const handler_t vectors[16 + 16] = {
    (handler_t)&_stack_top, Reset_Handler, fault_handler, fault_handler, fault_handler, fault_handler, fault_handler,
    0, 0, 0, 0, fault_handler, fault_handler, 0, fault_handler, tick_handler,
    [16] = rings_handler, [18] = repl_handler,
};
