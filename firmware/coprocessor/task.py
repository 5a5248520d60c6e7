# SPDX-License-Identifier: Apache-2.0
"""How a task is declared. The declaration is read off the source and prebuilt
into the capability dictionary; on the board the decorator only hands the
function through, so a declaration costs no heap."""


def field(name: str, kind: str, **more):
    """An argument, result, progress or event field: `min`, `max`, `unit`, `choices`."""


def task(name: str, **declaration):
    """Declare the function below it as task `name`. Keys: PROTOCOL.md, section 7.

    A call takes its arguments in order and returns a tuple of its results. A
    process is a generator: it yields a tuple (progress), a number (sleep so
    many milliseconds) or a `Pause` (quiet line for writing flash), and returns
    its results; what it must undo stands in its `finally`.
    """
    return _same


def _same(function):
    return function
