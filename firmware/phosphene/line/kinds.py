# SPDX-License-Identifier: Apache-2.0
"""The table of kinds that may stand in a declaration."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phosphene.line.fixed_kinds import Bool, FixedInteger
from phosphene.line.kind import Kind
from phosphene.line.long_kinds import Bytes, DecimalNumber, LongInteger, Text

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Bool(),
            FixedInteger("u8", "B"),
            FixedInteger("u16", "H"),
            FixedInteger("u32", "I"),
            FixedInteger("u64", "Q"),
            FixedInteger("i32", "i"),
            FixedInteger("i64", "q"),
            LongInteger(),
            DecimalNumber(),
            Text(),
            Bytes(),
        )
    }
)
"""Every kind but `choice`, which is made per field from its names."""
