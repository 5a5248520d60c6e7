# SPDX-License-Identifier: Apache-2.0
"""What `over_repl` has a board's interpreter run. Names with an underscore are globals of that interpreter."""

PREPARE = """\
import gc, os, sys
from binascii import a2b_base64 as _b, hexlify as _x
from hashlib import sha256 as _h
def _run(g):
    try:
        while True:
            next(g)
    except StopIteration as end:
        return end.value
def _same(path, digest):
    try:
        with open(path, "rb") as f:
            return _x(_h(f.read()).digest()) == digest
    except OSError:
        return False
def _put(path, data, at, last):
    with open(path + ".new", "ab" if at else "wb") as f:
        f.write(data)
    if last:
        os.rename(path + ".new", path)
"""
IMPORT = """\
for n in ("slots", "judging", "installing"):
    if n in sys.modules:
        del sys.modules[n]
sys.path.insert(0, {folder!r})
import slots, judging, installing
try:
    import keyslots
    _k = keyslots.peek("update")
    _k = _k and _k[1]
except Exception:
    _k = None
_i = installing.Install({root!r}, _k, {board!r}, True)
del sys.path[0]
gc.collect()
"""
STATE = """\
_m = sys.implementation._mpy
_s = os.statvfs({root!r})
_v = [type(f).__name__ for f, p in vfs.mount() if p == {folder!r}] if "vfs" in globals() else []
print(repr((_m & 255, _m >> 8 & 3, _m >> 10 & 15, ".".join([str(p) for p in sys.implementation.version if p != ""]),
    _s[0] * _s[3] // 1024, _v[0] if _v else "", list(sys.implementation)[2])))
"""
