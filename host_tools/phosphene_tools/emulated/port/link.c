// SPDX-License-Identifier: Apache-2.0
// `_chip`: the wire to the launcher with its 16-byte records, the line's port, and the tick. Nothing here allocates
// but a REPLY's bytes: on a board this is hardware.

#include <string.h>

#include "board.h"
#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "py/stream.h"

enum { RESET = 7 };

static int64_t offset_us; // from this chip's clock to the launcher's
static bool pending;
MP_REGISTER_ROOT_POINTER(mp_obj_t chip_on_tick);

static void record(uint64_t code, const uint8_t *payload, size_t length) {
    uint64_t pair[2] = {code, board_us() + offset_us};
    uart_write(UART_HARDWARE, (const uint8_t *)pair, 16);
    static const uint8_t padding[16];
    uart_write(UART_HARDWARE, payload, length);
    uart_write(UART_HARDWARE, padding, -length & 15);
}

static uint64_t code_of(const mp_obj_t *args) {
    return mp_obj_get_int(args[0]) | mp_obj_get_int(args[1]) << 8 | (uint64_t)mp_obj_get_ll(args[2]) << 16;
}

static mp_obj_t chip_send(size_t n_args, const mp_obj_t *args) {
    mp_obj_t all[3] = {args[0], n_args > 1 ? args[1] : MP_OBJ_NEW_SMALL_INT(0), n_args > 2 ? args[2] : MP_OBJ_NEW_SMALL_INT(0)};
    record(code_of(all), NULL, 0);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(send_obj, 1, 3, chip_send);

static mp_obj_t chip_send_with(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    mp_buffer_info_t payload;
    mp_get_buffer_raise(args[3], &payload, MP_BUFFER_READ);
    record(code_of(args) | (uint64_t)payload.len << 32, payload.buf, payload.len);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(send_with_obj, 4, 4, chip_send_with);

// A record whose code the caller has ready; the time is put in here.
static mp_obj_t chip_write(mp_obj_t ready) {
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(ready, &buffer, MP_BUFFER_READ);
    uint64_t code;
    memcpy(&code, buffer.buf, 8);
    record(code, NULL, 0);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(write_obj, chip_write);

// Take what fits of the launcher's records; None when there is nothing.
static mp_obj_t chip_readinto(mp_obj_t to) {
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(to, &buffer, MP_BUFFER_WRITE);
    size_t count = uart_read(UART_HARDWARE, buffer.buf, buffer.len);
    return count ? MP_OBJ_NEW_SMALL_INT(count) : mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(readinto_obj, chip_readinto);

static mp_obj_t chip_waiting(void) {
    return mp_obj_new_bool(uart_waiting(UART_HARDWARE));
}
static MP_DEFINE_CONST_FUN_OBJ_0(waiting_obj, chip_waiting);

// The launcher's time in microseconds as it was when the chip's own clock stood between two readings.
static mp_obj_t chip_set_clock(mp_obj_t theirs, mp_obj_t age_us) {
    offset_us = mp_obj_get_ll(theirs) + mp_obj_get_int(age_us) - (int64_t)board_us();
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(set_clock_obj, chip_set_clock);

static mp_obj_t chip_on_tick(mp_obj_t callback) {
    MP_STATE_PORT(chip_on_tick) = callback;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(on_tick_obj, chip_on_tick);

static mp_obj_t chip_ticked(mp_obj_t argument) {
    pending = false;
    return mp_call_function_1(MP_STATE_PORT(chip_on_tick), argument);
}
static MP_DEFINE_CONST_FUN_OBJ_1(ticked_obj, chip_ticked);

static bool masked;

void link_tick(void) {
    mp_obj_t callback = MP_STATE_PORT(chip_on_tick);
    if (callback != MP_OBJ_NULL && !pending && !masked) {
        pending = mp_sched_schedule(MP_OBJ_FROM_PTR(&ticked_obj), mp_const_none);
    }
}

static mp_obj_t chip_mask(mp_obj_t on) {
    bool was = masked;
    masked = mp_obj_is_true(on);
    return mp_obj_new_bool(was);
}
static MP_DEFINE_CONST_FUN_OBJ_1(mask_obj, chip_mask);

static mp_obj_t chip_halt(void) {
    irq_off();
    for (;;) {
        __asm volatile ("wfi");
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_0(halt_obj, chip_halt);

void link_reset_soft(void) {
    record(RESET | 1 << 16, NULL, 0);
    chip_halt();
}

static mp_obj_t chip_setting(mp_obj_t name) {
    const char *value = setting(mp_obj_str_get_str(name));
    return mp_obj_new_str(value, strcspn(value, " "));
}
static MP_DEFINE_CONST_FUN_OBJ_1(setting_obj, chip_setting);

static mp_uint_t line_read(mp_obj_t self, void *to, mp_uint_t size, int *error) {
    (void)self;
    size_t count = uart_read(UART_LINE, to, size);
    if (!count && size) {
        *error = MP_EAGAIN;
        return MP_STREAM_ERROR;
    }
    return count;
}

static mp_uint_t line_write(mp_obj_t self, const void *from, mp_uint_t size, int *error) {
    (void)self;
    (void)error;
    uart_write(UART_LINE, from, size);
    return size;
}

static mp_uint_t line_ioctl(mp_obj_t self, mp_uint_t request, uintptr_t argument, int *error) {
    (void)self;
    if (request == MP_STREAM_POLL) {
        return (argument & MP_STREAM_POLL_RD && uart_waiting(UART_LINE) ? MP_STREAM_POLL_RD : 0) | (argument & MP_STREAM_POLL_WR);
    }
    *error = MP_EINVAL;
    return MP_STREAM_ERROR;
}

static const mp_rom_map_elem_t line_table[] = {
    {MP_ROM_QSTR(MP_QSTR_read), MP_ROM_PTR(&mp_stream_read1_obj)},
    {MP_ROM_QSTR(MP_QSTR_readinto), MP_ROM_PTR(&mp_stream_readinto_obj)},
    {MP_ROM_QSTR(MP_QSTR_write), MP_ROM_PTR(&mp_stream_write1_obj)},
};
static MP_DEFINE_CONST_DICT(line_dict, line_table);
static const mp_stream_p_t line_stream = {.read = line_read, .write = line_write, .ioctl = line_ioctl};
static MP_DEFINE_CONST_OBJ_TYPE(line_type, MP_QSTR_Line, MP_TYPE_FLAG_NONE, protocol, &line_stream, locals_dict, &line_dict);
static const mp_obj_base_t line_object = {&line_type};

// Wait until the line has bytes, at most so many milliseconds; whether it has.
static mp_obj_t chip_line_ready(mp_obj_t ms_in) {
    for (uint64_t until = board_us() + 1000ull * mp_obj_get_int(ms_in); !uart_waiting(UART_LINE) && board_us() < until;) {
        mp_event_wait_ms(1);
    }
    return mp_obj_new_bool(uart_waiting(UART_LINE));
}
static MP_DEFINE_CONST_FUN_OBJ_1(line_ready_obj, chip_line_ready);

static const mp_rom_map_elem_t table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR__chip)},
    {MP_ROM_QSTR(MP_QSTR_line), MP_ROM_PTR(&line_object)},
    {MP_ROM_QSTR(MP_QSTR_line_ready), MP_ROM_PTR(&line_ready_obj)},
    {MP_ROM_QSTR(MP_QSTR_send), MP_ROM_PTR(&send_obj)},
    {MP_ROM_QSTR(MP_QSTR_send_with), MP_ROM_PTR(&send_with_obj)},
    {MP_ROM_QSTR(MP_QSTR_write), MP_ROM_PTR(&write_obj)},
    {MP_ROM_QSTR(MP_QSTR_readinto), MP_ROM_PTR(&readinto_obj)},
    {MP_ROM_QSTR(MP_QSTR_waiting), MP_ROM_PTR(&waiting_obj)},
    {MP_ROM_QSTR(MP_QSTR_set_clock), MP_ROM_PTR(&set_clock_obj)},
    {MP_ROM_QSTR(MP_QSTR_on_tick), MP_ROM_PTR(&on_tick_obj)},
    {MP_ROM_QSTR(MP_QSTR_mask), MP_ROM_PTR(&mask_obj)},
    {MP_ROM_QSTR(MP_QSTR_halt), MP_ROM_PTR(&halt_obj)},
    {MP_ROM_QSTR(MP_QSTR_setting), MP_ROM_PTR(&setting_obj)},
};
static MP_DEFINE_CONST_DICT(globals, table);
const mp_obj_module_t chip_module = {.base = {&mp_type_module}, .globals = (mp_obj_dict_t *)&globals};
MP_REGISTER_MODULE(MP_QSTR__chip, chip_module);
