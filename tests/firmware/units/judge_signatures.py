# SPDX-License-Identifier: Apache-2.0
"""Judges signatures from a file, one a line: hex of key, signature and message. Executed by MicroPython."""

import sys
from binascii import unhexlify

import ed25519


def judge(key, signature, message):
    verifying = ed25519.verify(key, signature, message)
    try:
        while True:
            next(verifying)
    except StopIteration as end:
        return end.value


with open(sys.argv[1]) as lines:
    for line in lines:
        print(judge(*[unhexlify(part) for part in line.rstrip("\n").split(" ")]))
