# SPDX-License-Identifier: Apache-2.0
"""JSON as the firmware uses it: it reads what it or the host's tools wrote."""


def loads(text):
    """The value of a JSON text: a Python expression but for three names."""
    return eval(text, {"true": True, "false": False, "null": None})


def load(file):
    return loads(file.read())


def dumps(value, separators=None):
    """JSON of None, bool, int, str, list, tuple and dict."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_character(c) for c in value) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(dumps(str(key)) + ": " + dumps(held) for key, held in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(dumps, value)) + "]"
    return str(value)


def dump(value, file, separators=None):
    file.write(dumps(value))


def _character(c):
    if c in '"\\':
        return "\\" + c
    return c if c >= " " else "\\u%04x" % ord(c)
