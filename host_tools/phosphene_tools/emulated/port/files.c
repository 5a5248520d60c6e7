// SPDX-License-Identifier: Apache-2.0
// Files over semihosting, and what imports them. Each open file is one handle of QEMU's.

#include <string.h>

#include "board.h"
#include "py/builtin.h"
#include "py/lexer.h"
#include "py/mperrno.h"
#include "py/reader.h"
#include "py/runtime.h"
#include "py/stream.h"

enum { SYS_OPEN = 1, SYS_CLOSE = 2, SYS_WRITE = 5, SYS_READ = 6, SYS_SEEK = 10, SYS_FLEN = 12, SYS_REMOVE = 14, SYS_RENAME = 15, SYS_ERRNO = 19 };

typedef struct {
    mp_obj_base_t base;
    int handle;
    int at;
} file_t;

static int ask(int operation, int a, int b, int c, int d) {
    int block[4] = {a, b, c, d};
    return semihost(operation, block);
}

static int open_handle(const char *path, const char *mode) {
    int number = mode[0] == 'w' ? 4 : mode[0] == 'a' ? 8 : 0;
    number += strchr(mode, '+') ? 2 : 0;
    return ask(SYS_OPEN, (int)path, number + 1, strlen(path), 0);
}

static int last_errno(void) {
    int number = semihost(SYS_ERRNO, NULL);
    return number > 0 ? number : MP_EIO;
}

static mp_uint_t file_read(mp_obj_t self_in, void *to, mp_uint_t size, int *error) {
    file_t *self = MP_OBJ_TO_PTR(self_in);
    int left = self->handle < 0 ? -1 : ask(SYS_READ, self->handle, (int)to, size, 0);
    if (left < 0 || left > (int)size) {
        *error = self->handle < 0 ? MP_EINVAL : last_errno();
        return MP_STREAM_ERROR;
    }
    self->at += size - left;
    return size - left;
}

static mp_uint_t file_write(mp_obj_t self_in, const void *from, mp_uint_t size, int *error) {
    file_t *self = MP_OBJ_TO_PTR(self_in);
    if (self->handle < 0 || ask(SYS_WRITE, self->handle, (int)from, size, 0)) {
        *error = self->handle < 0 ? MP_EINVAL : last_errno();
        return MP_STREAM_ERROR;
    }
    self->at += size;
    return size;
}

static mp_uint_t file_ioctl(mp_obj_t self_in, mp_uint_t request, uintptr_t argument, int *error) {
    file_t *self = MP_OBJ_TO_PTR(self_in);
    if (request == MP_STREAM_CLOSE) {
        if (self->handle >= 0) {
            ask(SYS_CLOSE, self->handle, 0, 0, 0);
            self->handle = -1;
        }
        return 0;
    }
    if (request == MP_STREAM_SEEK && self->handle >= 0) {
        struct mp_stream_seek_t *seek = (struct mp_stream_seek_t *)argument;
        int base = seek->whence == MP_SEEK_SET ? 0 : seek->whence == MP_SEEK_CUR ? self->at : ask(SYS_FLEN, self->handle, 0, 0, 0);
        self->at = base + (int)seek->offset;
        ask(SYS_SEEK, self->handle, self->at, 0, 0);
        seek->offset = self->at;
        return 0;
    }
    if (request == MP_STREAM_FLUSH) {
        return 0;
    }
    *error = MP_EINVAL;
    return MP_STREAM_ERROR;
}

static const mp_rom_map_elem_t file_table[] = {
    {MP_ROM_QSTR(MP_QSTR_read), MP_ROM_PTR(&mp_stream_read_obj)},
    {MP_ROM_QSTR(MP_QSTR_readinto), MP_ROM_PTR(&mp_stream_readinto_obj)},
    {MP_ROM_QSTR(MP_QSTR_readline), MP_ROM_PTR(&mp_stream_unbuffered_readline_obj)},
    {MP_ROM_QSTR(MP_QSTR_readlines), MP_ROM_PTR(&mp_stream_unbuffered_readlines_obj)},
    {MP_ROM_QSTR(MP_QSTR_write), MP_ROM_PTR(&mp_stream_write_obj)},
    {MP_ROM_QSTR(MP_QSTR_seek), MP_ROM_PTR(&mp_stream_seek_obj)},
    {MP_ROM_QSTR(MP_QSTR_tell), MP_ROM_PTR(&mp_stream_tell_obj)},
    {MP_ROM_QSTR(MP_QSTR_flush), MP_ROM_PTR(&mp_stream_flush_obj)},
    {MP_ROM_QSTR(MP_QSTR_close), MP_ROM_PTR(&mp_stream_close_obj)},
    {MP_ROM_QSTR(MP_QSTR___enter__), MP_ROM_PTR(&mp_identity_obj)},
    {MP_ROM_QSTR(MP_QSTR___exit__), MP_ROM_PTR(&mp_stream___exit___obj)},
};
static MP_DEFINE_CONST_DICT(file_dict, file_table);

static const mp_stream_p_t binary_stream = {.read = file_read, .write = file_write, .ioctl = file_ioctl};
static const mp_stream_p_t text_stream = {.read = file_read, .write = file_write, .ioctl = file_ioctl, .is_text = true};

static MP_DEFINE_CONST_OBJ_TYPE(binary_type, MP_QSTR_FileIO, MP_TYPE_FLAG_ITER_IS_STREAM, protocol, &binary_stream, locals_dict, &file_dict);
static MP_DEFINE_CONST_OBJ_TYPE(text_type, MP_QSTR_TextIOWrapper, MP_TYPE_FLAG_ITER_IS_STREAM, protocol, &text_stream, locals_dict, &file_dict);

mp_obj_t mp_builtin_open(size_t n_args, const mp_obj_t *args, mp_map_t *kwargs) {
    (void)kwargs;
    const char *mode = n_args > 1 ? mp_obj_str_get_str(args[1]) : "r";
    file_t *file = mp_obj_malloc_with_finaliser(file_t, strchr(mode, 'b') ? &binary_type : &text_type);
    file->at = 0;
    file->handle = open_handle(mp_obj_str_get_str(args[0]), mode);
    if (file->handle < 0) {
        mp_raise_OSError_with_filename(last_errno(), mp_obj_str_get_str(args[0]));
    }
    return MP_OBJ_FROM_PTR(file);
}
MP_DEFINE_CONST_FUN_OBJ_KW(mp_builtin_open_obj, 1, mp_builtin_open);

mp_import_stat_t mp_import_stat(const char *path) {
    int handle = open_handle(path, "r");
    if (handle < 0) {
        return MP_IMPORT_STAT_NO_EXIST;
    }
    char byte;
    int left = ask(SYS_READ, handle, (int)&byte, 1, 0);
    int size = ask(SYS_FLEN, handle, 0, 0, 0);
    ask(SYS_CLOSE, handle, 0, 0, 0);
    // A folder can be opened but not read.
    return left == 0 || size == 0 ? MP_IMPORT_STAT_FILE : MP_IMPORT_STAT_DIR;
}

typedef struct {
    int handle;
    int at, held;
    uint8_t bytes[128];
} reader_t;

static mp_uint_t reader_byte(void *data) {
    reader_t *reader = data;
    if (reader->at == reader->held) {
        reader->held = sizeof reader->bytes - ask(SYS_READ, reader->handle, (int)reader->bytes, sizeof reader->bytes, 0);
        reader->at = 0;
        if (reader->held <= 0) {
            reader->held = 0;
            return MP_READER_EOF;
        }
    }
    return reader->bytes[reader->at++];
}

static void reader_close(void *data) {
    ask(SYS_CLOSE, ((reader_t *)data)->handle, 0, 0, 0);
    m_del_obj(reader_t, data);
}

void mp_reader_new_file(mp_reader_t *reader, qstr filename) {
    int handle = open_handle(qstr_str(filename), "r");
    if (handle < 0) {
        mp_raise_OSError_with_filename(MP_ENOENT, qstr_str(filename));
    }
    reader_t *data = m_new_obj(reader_t);
    data->handle = handle;
    data->at = data->held = 0;
    reader->data = data;
    reader->readbyte = reader_byte;
    reader->close = reader_close;
}

mp_lexer_t *mp_lexer_new_from_file(qstr filename) {
    mp_reader_t reader;
    mp_reader_new_file(&reader, filename);
    return mp_lexer_new(filename, reader);
}

static mp_obj_t files_remove(mp_obj_t path) {
    const char *name = mp_obj_str_get_str(path);
    if (ask(SYS_REMOVE, (int)name, strlen(name), 0, 0)) {
        mp_raise_OSError(last_errno());
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(remove_obj, files_remove);

static mp_obj_t files_rename(mp_obj_t old_in, mp_obj_t new_in) {
    const char *old = mp_obj_str_get_str(old_in), *new = mp_obj_str_get_str(new_in);
    if (ask(SYS_RENAME, (int)old, strlen(old), (int)new, strlen(new))) {
        mp_raise_OSError(last_errno());
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(rename_obj, files_rename);

// Size in bytes, -1 for a folder.
static mp_obj_t files_size(mp_obj_t path) {
    const char *name = mp_obj_str_get_str(path);
    mp_import_stat_t kind = mp_import_stat(name);
    if (kind == MP_IMPORT_STAT_NO_EXIST) {
        mp_raise_OSError(MP_ENOENT);
    }
    if (kind == MP_IMPORT_STAT_DIR) {
        return MP_OBJ_NEW_SMALL_INT(-1);
    }
    int handle = open_handle(name, "r");
    int size = ask(SYS_FLEN, handle, 0, 0, 0);
    ask(SYS_CLOSE, handle, 0, 0, 0);
    return mp_obj_new_int(size);
}
static MP_DEFINE_CONST_FUN_OBJ_1(size_obj, files_size);

static const mp_rom_map_elem_t table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR__files)},
    {MP_ROM_QSTR(MP_QSTR_remove), MP_ROM_PTR(&remove_obj)},
    {MP_ROM_QSTR(MP_QSTR_rename), MP_ROM_PTR(&rename_obj)},
    {MP_ROM_QSTR(MP_QSTR_size), MP_ROM_PTR(&size_obj)},
};
static MP_DEFINE_CONST_DICT(globals, table);
const mp_obj_module_t files_module = {.base = {&mp_type_module}, .globals = (mp_obj_dict_t *)&globals};
MP_REGISTER_MODULE(MP_QSTR__files, files_module);
