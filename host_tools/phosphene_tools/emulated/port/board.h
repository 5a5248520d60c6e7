// SPDX-License-Identifier: Apache-2.0
// What the files of this port know of each other.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What crosses to the launcher: the line's bytes, and the records of what the pins do.
enum { LINE, HARDWARE };

void board_init(void);
uint64_t board_us(void);

void rings_init(void);
void rings_handler(void);
void rings_bell(void);
size_t ring_held(unsigned wire);
bool ring_waiting(unsigned wire);
void ring_wait(unsigned wire);
bool ring_takes(unsigned wire);
size_t ring_read(unsigned wire, void *to, size_t most);
size_t ring_write(unsigned wire, const void *from, size_t most);

// QEMU's semihosting: the chip's way to files of the folder that the launcher made.
int semihost(int operation, const void *arguments);
const char *setting(const char *name);
