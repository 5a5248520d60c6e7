# SPDX-License-Identifier: Apache-2.0
"""An update as the firmware makes it: `installing.py`, with nobody's checks before the board's own."""

import installing


def update(root, key, board, files, manifest, signature, attended=False):
    """Put a version into the other slot and seal it. Raises installing.Unfit when the board refuses it."""
    install = installing.Install(root, key, board, attended)
    finish(install.begin())
    _send(install, "manifest", manifest)
    finish(install.check(signature))
    for name in sorted(install.missing):
        if name in files:
            _send(install, name, files[name])
    finish(install.seal())


def confirm(root):
    """The version on trial passed its self-test."""
    installing.confirm(root)


def finish(steps):
    """Run a generator to its end."""
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value


def _send(install, name, content):
    for at in range(0, len(content), 1024):
        install.write(name, at, content[at : at + 1024])
