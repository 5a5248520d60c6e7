# SPDX-License-Identifier: Apache-2.0
"""What the verbs of `phosphene hil` say when the bench is not installed."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from phosphene.errors import ConfigError


@contextlib.contextmanager
def needs_the_bench() -> Generator[None]:
    """Turn a missing package into the error that tells which extra has it. Raises ConfigError."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigError(f"there is no {error.name}", cure="pip install 'phosphene[hil]'") from error
