// SPDX-License-Identifier: Apache-2.0
// time, binascii and hashlib, as far as the firmware asks: SHA-256 is FIPS 180-4's, CRC-32 that of IEEE 802.3.

#include <string.h>

#include "board.h"
#include "py/mphal.h"
#include "py/objstr.h"
#include "py/runtime.h"
#include "py/smallint.h"

#define PERIOD (MP_SMALL_INT_POSITIVE_MASK + 1)

static mp_obj_t time_ticks_ms(void) {
    return MP_OBJ_NEW_SMALL_INT(mp_hal_ticks_ms() & (PERIOD - 1));
}
static MP_DEFINE_CONST_FUN_OBJ_0(ticks_ms_obj, time_ticks_ms);

static mp_obj_t time_ticks_us(void) {
    return MP_OBJ_NEW_SMALL_INT(mp_hal_ticks_us() & (PERIOD - 1));
}
static MP_DEFINE_CONST_FUN_OBJ_0(ticks_us_obj, time_ticks_us);

static mp_obj_t time_ticks_diff(mp_obj_t end, mp_obj_t start) {
    mp_uint_t from = MP_OBJ_SMALL_INT_VALUE(start), to = MP_OBJ_SMALL_INT_VALUE(end);
    return MP_OBJ_NEW_SMALL_INT((mp_int_t)((to - from + PERIOD / 2) & (PERIOD - 1)) - (mp_int_t)(PERIOD / 2));
}
static MP_DEFINE_CONST_FUN_OBJ_2(ticks_diff_obj, time_ticks_diff);

static mp_obj_t time_ticks_add(mp_obj_t ticks, mp_obj_t delta) {
    return MP_OBJ_NEW_SMALL_INT((MP_OBJ_SMALL_INT_VALUE(ticks) + (mp_uint_t)mp_obj_get_int(delta)) & (PERIOD - 1));
}
static MP_DEFINE_CONST_FUN_OBJ_2(ticks_add_obj, time_ticks_add);

static mp_obj_t time_sleep_us(mp_obj_t us) {
    mp_hal_delay_us(mp_obj_get_int(us));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(sleep_us_obj, time_sleep_us);

static mp_obj_t time_sleep_ms(mp_obj_t ms) {
    mp_hal_delay_ms(mp_obj_get_int(ms));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(sleep_ms_obj, time_sleep_ms);

static mp_obj_t time_sleep(mp_obj_t seconds) {
    mp_hal_delay_ms((mp_uint_t)(1000 * mp_obj_get_float(seconds)));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(sleep_obj, time_sleep);

static const mp_rom_map_elem_t time_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_time)},
    {MP_ROM_QSTR(MP_QSTR_ticks_ms), MP_ROM_PTR(&ticks_ms_obj)},
    {MP_ROM_QSTR(MP_QSTR_ticks_us), MP_ROM_PTR(&ticks_us_obj)},
    {MP_ROM_QSTR(MP_QSTR_ticks_diff), MP_ROM_PTR(&ticks_diff_obj)},
    {MP_ROM_QSTR(MP_QSTR_ticks_add), MP_ROM_PTR(&ticks_add_obj)},
    {MP_ROM_QSTR(MP_QSTR_sleep_us), MP_ROM_PTR(&sleep_us_obj)},
    {MP_ROM_QSTR(MP_QSTR_sleep_ms), MP_ROM_PTR(&sleep_ms_obj)},
    {MP_ROM_QSTR(MP_QSTR_sleep), MP_ROM_PTR(&sleep_obj)},
};
static MP_DEFINE_CONST_DICT(time_globals, time_table);
const mp_obj_module_t time_module = {.base = {&mp_type_module}, .globals = (mp_obj_dict_t *)&time_globals};
MP_REGISTER_MODULE(MP_QSTR_time, time_module);

static mp_obj_t binascii_hexlify(mp_obj_t data) {
    mp_buffer_info_t from;
    mp_get_buffer_raise(data, &from, MP_BUFFER_READ);
    vstr_t text;
    vstr_init_len(&text, 2 * from.len);
    for (size_t i = 0; i < from.len; i++) {
        text.buf[2 * i] = "0123456789abcdef"[((uint8_t *)from.buf)[i] >> 4];
        text.buf[2 * i + 1] = "0123456789abcdef"[((uint8_t *)from.buf)[i] & 15];
    }
    return mp_obj_new_bytes_from_vstr(&text);
}
static MP_DEFINE_CONST_FUN_OBJ_1(hexlify_obj, binascii_hexlify);

static unsigned digit(char c) {
    unsigned value = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : 16;
    if (value == 16) {
        mp_raise_ValueError(MP_ERROR_TEXT("non-hex digit found"));
    }
    return value;
}

static mp_obj_t binascii_unhexlify(mp_obj_t data) {
    mp_buffer_info_t from;
    mp_get_buffer_raise(data, &from, MP_BUFFER_READ);
    if (from.len & 1) {
        mp_raise_ValueError(MP_ERROR_TEXT("odd-length string"));
    }
    vstr_t bytes;
    vstr_init_len(&bytes, from.len / 2);
    for (size_t i = 0; i < from.len / 2; i++) {
        bytes.buf[i] = digit(((char *)from.buf)[2 * i]) << 4 | digit(((char *)from.buf)[2 * i + 1]);
    }
    return mp_obj_new_bytes_from_vstr(&bytes);
}
static MP_DEFINE_CONST_FUN_OBJ_1(unhexlify_obj, binascii_unhexlify);

static mp_obj_t binascii_crc32(size_t n_args, const mp_obj_t *args) {
    mp_buffer_info_t from;
    mp_get_buffer_raise(args[0], &from, MP_BUFFER_READ);
    uint32_t crc = ~(n_args > 1 ? mp_obj_get_int_truncated(args[1]) : 0);
    for (size_t i = 0; i < from.len; i++) {
        crc ^= ((uint8_t *)from.buf)[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
        }
    }
    return mp_obj_new_int_from_uint(~crc);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(crc32_obj, 1, 2, binascii_crc32);

static const mp_rom_map_elem_t binascii_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_binascii)},
    {MP_ROM_QSTR(MP_QSTR_hexlify), MP_ROM_PTR(&hexlify_obj)},
    {MP_ROM_QSTR(MP_QSTR_unhexlify), MP_ROM_PTR(&unhexlify_obj)},
    {MP_ROM_QSTR(MP_QSTR_crc32), MP_ROM_PTR(&crc32_obj)},
};
static MP_DEFINE_CONST_DICT(binascii_globals, binascii_table);
const mp_obj_module_t binascii_module = {.base = {&mp_type_module}, .globals = (mp_obj_dict_t *)&binascii_globals};
MP_REGISTER_MODULE(MP_QSTR_binascii, binascii_module);

typedef struct {
    mp_obj_base_t base;
    uint32_t state[8];
    uint64_t length;
    uint8_t block[64];
    bool ended;
} sha_t;

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, int n) {
    return x >> n | x << (32 - n);
}

static void compress(sha_t *self) {
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++) {
        const uint8_t *b = self->block + 4 * i;
        w[i] = (uint32_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t a = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t b = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    memcpy(s, self->state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t one = s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + K[i] + w[i];
        uint32_t two = (turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += one;
        s[0] = one + two;
    }
    for (int i = 0; i < 8; i++) {
        self->state[i] += s[i];
    }
}

static void absorb(sha_t *self, const uint8_t *data, size_t count) {
    while (count--) {
        self->block[self->length++ % 64] = *data++;
        if (self->length % 64 == 0) {
            compress(self);
        }
    }
}

static mp_obj_t sha_update(mp_obj_t self_in, mp_obj_t data) {
    sha_t *self = MP_OBJ_TO_PTR(self_in);
    mp_buffer_info_t from;
    mp_get_buffer_raise(data, &from, MP_BUFFER_READ);
    if (self->ended) {
        mp_raise_ValueError(MP_ERROR_TEXT("hash is final"));
    }
    absorb(self, from.buf, from.len);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(update_obj, sha_update);

static mp_obj_t sha_digest(mp_obj_t self_in) {
    sha_t *self = MP_OBJ_TO_PTR(self_in);
    if (self->ended) {
        mp_raise_ValueError(MP_ERROR_TEXT("hash is final"));
    }
    self->ended = true;
    uint64_t bits = self->length * 8;
    uint8_t end[8], first = 0x80, zero = 0;
    for (int i = 0; i < 8; i++) {
        end[i] = bits >> (56 - 8 * i);
    }
    absorb(self, &first, 1);
    while (self->length % 64 != 56) {
        absorb(self, &zero, 1);
    }
    absorb(self, end, 8);
    vstr_t digest;
    vstr_init_len(&digest, 32);
    for (int i = 0; i < 32; i++) {
        digest.buf[i] = self->state[i / 4] >> (24 - 8 * (i % 4));
    }
    return mp_obj_new_bytes_from_vstr(&digest);
}
static MP_DEFINE_CONST_FUN_OBJ_1(digest_obj, sha_digest);

static mp_obj_t sha_make(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    mp_arg_check_num(n_args, n_kw, 0, 1, false);
    static const uint32_t begin[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    sha_t *self = mp_obj_malloc(sha_t, type);
    memcpy(self->state, begin, sizeof begin);
    self->length = 0;
    self->ended = false;
    if (n_args) {
        sha_update(MP_OBJ_FROM_PTR(self), args[0]);
    }
    return MP_OBJ_FROM_PTR(self);
}

static const mp_rom_map_elem_t sha_table[] = {
    {MP_ROM_QSTR(MP_QSTR_update), MP_ROM_PTR(&update_obj)},
    {MP_ROM_QSTR(MP_QSTR_digest), MP_ROM_PTR(&digest_obj)},
};
static MP_DEFINE_CONST_DICT(sha_dict, sha_table);
static MP_DEFINE_CONST_OBJ_TYPE(sha_type, MP_QSTR_sha256, MP_TYPE_FLAG_NONE, make_new, sha_make, locals_dict, &sha_dict);

static const mp_rom_map_elem_t hashlib_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_hashlib)},
    {MP_ROM_QSTR(MP_QSTR_sha256), MP_ROM_PTR(&sha_type)},
};
static MP_DEFINE_CONST_DICT(hashlib_globals, hashlib_table);
const mp_obj_module_t hashlib_module = {.base = {&mp_type_module}, .globals = (mp_obj_dict_t *)&hashlib_globals};
MP_REGISTER_MODULE(MP_QSTR_hashlib, hashlib_module);
