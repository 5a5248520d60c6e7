# SPDX-License-Identifier: Apache-2.0
"""Arguments and results as bytes, by the dictionary's kinds. PROTOCOL.md, section 6."""

from struct import calcsize, pack_into, unpack_from

from frame import copy
from refusal import BAD_ARGUMENT, OUT_OF_RANGE, TOO_LARGE, Refusal

# Kind to struct format; the kinds that are missing here carry a length.
FORMATS = {
    "bool": "<B",
    "u8": "<B",
    "u16": "<H",
    "u32": "<I",
    "u64": "<Q",
    "i32": "<i",
    "i64": "<q",
    "choice": "<B",
}


class Field:
    """One argument or result as it was declared, ready for quick use."""

    def __init__(self, declared: dict):
        self.name = declared["name"]
        self.kind = declared["kind"]
        self.low = declared.get("min")
        self.high = declared.get("max")
        self.choices = declared.get("choices")
        self.format = FORMATS.get(self.kind)
        self.size = calcsize(self.format) if self.format else 2
        if self.kind == "bool":
            self.low, self.high = 0, 1
        elif self.choices:
            self.low, self.high = 0, len(self.choices) - 1

    def out_of_range(self) -> Refusal:
        if self.low is None:
            return Refusal(OUT_OF_RANGE, "%s is over %s" % (self.name, self.high))
        if self.high is None:
            return Refusal(OUT_OF_RANGE, "%s is under %s" % (self.name, self.low))
        return Refusal(OUT_OF_RANGE, "%s is not within %s to %s" % (self.name, self.low, self.high))

    def bad(self, why: str) -> Refusal:
        return Refusal(BAD_ARGUMENT, "%s: %s" % (self.name, why))


def _number_length(field: Field, text: bytes) -> int:
    """Digits of an `int` or `decimal`, after a look at every character."""
    body = text[1:] if text[:1] == b"-" else text
    if field.kind == "decimal":
        point = body.find(b".")
        if point >= 0:
            if point == 0 or point == len(body) - 1:
                raise field.bad("a point needs digits on both sides")
            body = body[:point] + body[point + 1 :]
    if not body or not body.isdigit():
        raise field.bad("not a number in decimal digits")
    return len(body)


def decode(fields, buf, view, pos: int, end: int, out: list) -> None:
    """Append the values of `fields` to `out`.

    `bytes` become views into the message, which is overwritten when the task
    has returned: a process copies what it keeps.
    """
    for field in fields:
        if pos + field.size > end:
            raise field.bad("the message ends before it")
        if field.format:
            value = unpack_from(field.format, buf, pos)[0]
            pos += field.size
            length = value
        else:
            length = buf[pos] | buf[pos + 1] << 8
            pos += 2
            if pos + length > end:
                raise field.bad("the message ends within it")
            value = view[pos : pos + length]
            pos += length
            if field.kind != "bytes":
                value = bytes(value)
                if field.kind != "text":
                    length = _number_length(field, value)
                try:
                    value = value.decode()
                except UnicodeError:
                    raise field.bad("not UTF-8")
        if (field.low is not None and length < field.low) or (field.high is not None and length > field.high):
            raise field.out_of_range()
        if field.choices:
            value = field.choices[value]
        elif field.kind == "bool":
            value = bool(value)
        elif field.kind == "int":
            value = int(value)
        out.append(value)
    if pos != end:
        raise Refusal(BAD_ARGUMENT, "%d bytes left over" % (end - pos))


def encode(fields, values, buf, pos: int, limit: int) -> int:
    """Write `values` at `pos`; the position behind them."""
    if len(values) != len(fields):
        raise ValueError("%d results, %d declared" % (len(values), len(fields)))
    for i in range(len(fields)):  # not zip, which makes a tuple each round
        field, value = fields[i], values[i]
        if pos + field.size > limit:
            raise Refusal(TOO_LARGE, "%s does not fit into a reply" % field.name)
        if field.format:
            if field.choices:
                value = field.choices.index(value)
            pack_into(field.format, buf, pos, value)
            pos += field.size
        else:
            if field.kind != "bytes":
                value = str(value).encode()
            n = len(value)
            if pos + 2 + n > limit:
                raise Refusal(TOO_LARGE, "%s does not fit into a reply" % field.name)
            buf[pos] = n & 0xFF
            buf[pos + 1] = n >> 8
            pos += 2
            copy(value, 0, n, buf, pos)
            pos += n
    return pos
