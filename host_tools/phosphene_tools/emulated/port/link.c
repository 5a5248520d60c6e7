// SPDX-License-Identifier: Apache-2.0
// `_chip`: the wire to the launcher with its 16-byte records, the line's port, and the tick. Nothing here allocates
// but a REPLY's bytes: on a board this is hardware.

#include <string.h>

#include "board.h"
#include "py/gc.h"
#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "py/stream.h"

enum { RESET = 7 };

static int64_t offset_us; // from this chip's clock to the launcher's
static bool pending;
MP_REGISTER_ROOT_POINTER(mp_obj_t chip_on_tick);
MP_REGISTER_ROOT_POINTER(mp_obj_t chip_timers);

static void tell(const void *bytes, size_t length) {
    for (size_t done = 0; done < length;) { // a full ring is a launcher that is held up
        done += ring_write(HARDWARE, (const uint8_t *)bytes + done, length - done);
    }
}

static void record(uint64_t code, const uint8_t *payload, size_t length) {
    uint64_t pair[2] = {code, board_us() + offset_us};
    static const uint8_t padding[16];
    tell(pair, 16);
    tell(payload, length);
    tell(padding, -length & 15);
    rings_bell();
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

// Fill this with what the launcher sent, or with nothing as long as there is not enough; whether it did.
static mp_obj_t chip_readinto(mp_obj_t to) {
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(to, &buffer, MP_BUFFER_WRITE);
    bool there = ring_held(HARDWARE) >= buffer.len;
    if (there) {
        ring_read(HARDWARE, buffer.buf, buffer.len);
    }
    return mp_obj_new_bool(there);
}
static MP_DEFINE_CONST_FUN_OBJ_1(readinto_obj, chip_readinto);

static mp_obj_t chip_waiting(void) {
    return mp_obj_new_bool(ring_waiting(HARDWARE));
}
static MP_DEFINE_CONST_FUN_OBJ_0(waiting_obj, chip_waiting);

// Wait for the launcher; a program that waits for a device runs no handler meanwhile, as in a transfer on a board.
static mp_obj_t chip_wait(void) {
    ring_wait(HARDWARE);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_0(wait_obj, chip_wait);

// The launcher's time in microseconds as it was when the chip's own clock stood between two readings.
static mp_obj_t chip_set_clock(mp_obj_t theirs, mp_obj_t age_us) {
    offset_us = mp_obj_get_ll(theirs) + mp_obj_get_int(age_us) - (int64_t)board_us();
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(set_clock_obj, chip_set_clock);

// `timers` is a list of objects with a time `due`, as ticks_us counts it.
static mp_obj_t chip_on_tick(mp_obj_t callback, mp_obj_t timers) {
    MP_STATE_PORT(chip_timers) = timers;
    MP_STATE_PORT(chip_on_tick) = callback;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(on_tick_obj, chip_on_tick);

static bool wanted;

// At the next tick, whatever comes.
static mp_obj_t chip_wake(void) {
    wanted = true;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_0(wake_obj, chip_wake);

static bool something_is_due(void) {
    if (wanted || ring_waiting(HARDWARE)) {
        return true;
    }
    size_t count;
    mp_obj_t *timers;
    mp_obj_list_get(MP_STATE_PORT(chip_timers), &count, &timers);
    uint32_t now = board_us() << 2; // ticks have thirty bits
    for (size_t i = 0; i < count; i++) {
        uint32_t due = mp_obj_get_int(mp_load_attr(timers[i], MP_QSTR_due)) << 2;
        if ((int32_t)(now - due) >= 0) {
            return true;
        }
    }
    return false;
}

// Runs Python that is C on a board, and so may not touch the heap: a long frame would, and collect when it is full.
static mp_obj_t chip_ticked(mp_obj_t argument) {
    pending = false;
    if (something_is_due()) {
        wanted = false;
        gc_lock();
        nlr_buf_t nlr;
        if (nlr_push(&nlr) == 0) {
            mp_call_function_1(MP_STATE_PORT(chip_on_tick), argument);
            nlr_pop();
            gc_unlock();
        } else { // Ctrl-C, which comes anywhere
            gc_unlock();
            nlr_jump(nlr.ret_val);
        }
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(ticked_obj, chip_ticked);

// Call a handler of the program's, which has the heap; False when it raised, which the REPL shows as on a board.
static mp_obj_t chip_call(mp_obj_t handler, mp_obj_t argument) {
    uint16_t locks = MP_STATE_THREAD(gc_lock_depth);
    MP_STATE_THREAD(gc_lock_depth) = 0;
    nlr_buf_t nlr;
    bool well = nlr_push(&nlr) == 0;
    if (well) {
        mp_call_function_1(handler, argument);
        nlr_pop();
    } else {
        mp_hal_stdout_tx_str("uncaught exception in soft interrupt handler\r\n");
        mp_obj_print_exception(&mp_plat_print, MP_OBJ_FROM_PTR(nlr.ret_val));
    }
    MP_STATE_THREAD(gc_lock_depth) = locks;
    return mp_obj_new_bool(well);
}
static MP_DEFINE_CONST_FUN_OBJ_2(call_obj, chip_call);

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
    size_t count = ring_read(LINE, to, size);
    if (!count && size) {
        *error = MP_EAGAIN;
        return MP_STREAM_ERROR;
    }
    return count;
}

static mp_uint_t line_write(mp_obj_t self, const void *from, mp_uint_t size, int *error) {
    (void)self;
    size_t count = ring_write(LINE, from, size);
    if (!count && size) {
        *error = MP_EAGAIN;
        return MP_STREAM_ERROR;
    }
    rings_bell();
    return count;
}

static mp_uint_t line_ioctl(mp_obj_t self, mp_uint_t request, uintptr_t argument, int *error) {
    (void)self;
    if (request == MP_STREAM_POLL) {
        uintptr_t ready = ring_waiting(LINE) * MP_STREAM_POLL_RD | ring_takes(LINE) * MP_STREAM_POLL_WR;
        return argument & ready;
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
    for (uint64_t until = board_us() + 1000ull * mp_obj_get_int(ms_in); !ring_waiting(LINE) && board_us() < until;) {
        mp_event_handle_nowait();
        ring_wait(LINE);
    }
    return mp_obj_new_bool(ring_waiting(LINE));
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
    {MP_ROM_QSTR(MP_QSTR_wait), MP_ROM_PTR(&wait_obj)},
    {MP_ROM_QSTR(MP_QSTR_set_clock), MP_ROM_PTR(&set_clock_obj)},
    {MP_ROM_QSTR(MP_QSTR_on_tick), MP_ROM_PTR(&on_tick_obj)},
    {MP_ROM_QSTR(MP_QSTR_wake), MP_ROM_PTR(&wake_obj)},
    {MP_ROM_QSTR(MP_QSTR_call), MP_ROM_PTR(&call_obj)},
    {MP_ROM_QSTR(MP_QSTR_mask), MP_ROM_PTR(&mask_obj)},
    {MP_ROM_QSTR(MP_QSTR_halt), MP_ROM_PTR(&halt_obj)},
    {MP_ROM_QSTR(MP_QSTR_setting), MP_ROM_PTR(&setting_obj)},
};
static MP_DEFINE_CONST_DICT(globals, table);
const mp_obj_module_t chip_module = {.base = {&mp_type_module}, .globals = (mp_obj_dict_t *)&globals};
MP_REGISTER_MODULE(MP_QSTR__chip, chip_module);
