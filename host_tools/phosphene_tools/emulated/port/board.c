// SPDX-License-Identifier: Apache-2.0
// The chip: vectors, one clock that never loses time, a tick each millisecond, three UARTs.

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

static const uint32_t bases[UARTS] = {0x40004000, 0x40005000, 0x40006000};
#define UART_DATA(n) REGISTER(bases[n])
#define UART_STATE(n) REGISTER(bases[n] + 4)
#define UART_CTRL(n) REGISTER(bases[n] + 8)
#define UART_CLEAR(n) REGISTER(bases[n] + 12)
#define UART_DIVIDER(n) REGISTER(bases[n] + 16)
enum { TX_FULL = 1, RX_FULL = 2, TX_ON = 1, RX_ON = 2, RX_INTERRUPT = 8 };

// As large as the launcher's pipe is quick: where there is no room, the byte waits in QEMU and nothing is lost.
#define RING 8192
static struct {
    volatile uint32_t head, tail;
    uint8_t bytes[RING];
} rings[UARTS];

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

static void take(unsigned n) {
    while (UART_STATE(n) & RX_FULL) {
        uint32_t next = (rings[n].tail + 1) % RING;
        if (next == rings[n].head) {
            UART_CTRL(n) = TX_ON | RX_ON; // until somebody reads
            return;
        }
        uint8_t byte = UART_DATA(n);
        if (n == UART_REPL && byte == mp_interrupt_char) {
            mp_sched_keyboard_interrupt();
            continue;
        }
        rings[n].bytes[rings[n].tail] = byte;
        rings[n].tail = next;
    }
}

size_t uart_read(unsigned n, uint8_t *to, size_t most) {
    size_t count = 0;
    while (count < most && rings[n].head != rings[n].tail) {
        to[count++] = rings[n].bytes[rings[n].head];
        rings[n].head = (rings[n].head + 1) % RING;
    }
    if (!(UART_CTRL(n) & RX_INTERRUPT)) {
        mp_uint_t state = irq_off();
        UART_CTRL(n) = TX_ON | RX_ON | RX_INTERRUPT;
        take(n);
        irq_on(state);
    }
    return count;
}

bool uart_waiting(unsigned n) {
    return rings[n].head != rings[n].tail;
}

void uart_write(unsigned n, const uint8_t *from, size_t count) {
    while (count--) {
        while (UART_STATE(n) & TX_FULL) {
        }
        UART_DATA(n) = *from++;
    }
}

static void on_uart(unsigned n) {
    UART_CLEAR(n) = 2;
    take(n);
}

static void line_handler(void) {
    on_uart(UART_LINE);
}

static void hardware_handler(void) {
    on_uart(UART_HARDWARE);
}

static void repl_handler(void) {
    on_uart(UART_REPL);
}

static void tick_handler(void) {
    board_us(); // so that the counter never wraps unseen
    link_tick();
}

static void fault_handler(void) {
    static const uint8_t text[] = "\r\nhard fault\r\n";
    uart_write(UART_REPL, text, sizeof text - 1);
    for (;;) {
        __asm volatile ("wfi"); // the watchdog bites
    }
}

void board_init(void) {
    TIMER_RELOAD = TIMER_VALUE = seen = 0xFFFFFFFF;
    TIMER_CTRL = 1;
    for (unsigned n = 0; n < UARTS; n++) {
        UART_DIVIDER(n) = 16;
        UART_CTRL(n) = TX_ON | RX_ON | RX_INTERRUPT;
    }
    NVIC_ENABLE = 1 << 0 | 1 << 2 | 1 << 4;
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
    uint8_t byte;
    while (!uart_read(UART_REPL, &byte, 1)) {
        mp_event_wait_ms(1);
    }
    return byte;
}

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t count) {
    uart_write(UART_REPL, (const uint8_t *)text, count);
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
    [16] = line_handler, [18] = hardware_handler, [20] = repl_handler,
};
