// SPDX-License-Identifier: Apache-2.0
// What the files of this port know of each other.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UART_LINE, UART_HARDWARE, UART_REPL, UARTS };

void board_init(void);
uint64_t board_us(void);
size_t uart_read(unsigned uart, uint8_t *to, size_t most);
bool uart_waiting(unsigned uart);
void uart_write(unsigned uart, const uint8_t *from, size_t count);

// QEMU's semihosting: the chip's way to files of the folder that the launcher made.
int semihost(int operation, const void *arguments);
const char *setting(const char *name);
