// SPDX-License-Identifier: Apache-2.0
// Runs the launcher's start script, then the REPL, for ever: only the launcher resets this chip.

#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "py/cstack.h"
#include "py/gc.h"
#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "shared/runtime/gchelper.h"
#include "shared/runtime/pyexec.h"

#define STACK_BYTES (8 * 1024) // as on an RP2

extern char _heap_room;
extern void link_reset_soft(void);

static char command_line[1024];

const char *setting(const char *name) {
    size_t length = strlen(name);
    for (const char *at = command_line; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (!strncmp(at, name, length) && at[length] == '=') {
            return at + length + 1;
        }
    }
    return "";
}

int main(void) {
    struct {
        char *text;
        int size;
    } block = {command_line, sizeof command_line};
    semihost(0x15, &block);
    board_init();
    mp_cstack_init_with_sp_here(STACK_BYTES);
    gc_init(&_heap_room, &_heap_room + atoi(setting("HEAP")));
    mp_init();
    char start[256] = "";
    const char *named = setting("START");
    strncpy(start, named, strcspn(named, " ") < sizeof start ? strcspn(named, " ") : 0);
    pyexec_file(start);
    for (;;) {
        int ended = pyexec_mode_kind == PYEXEC_MODE_RAW_REPL ? pyexec_raw_repl() : pyexec_friendly_repl();
        if (ended) {
            link_reset_soft();
        }
    }
}

void gc_collect(void) {
    gc_collect_start();
    gc_helper_collect_regs_and_stack();
    gc_collect_end();
}

void nlr_jump_fail(void *value) {
    (void)value;
    mp_hal_stdout_tx_strn("\r\nuncaught\r\n", 12);
    for (;;) {
        __asm volatile ("wfi");
    }
}
