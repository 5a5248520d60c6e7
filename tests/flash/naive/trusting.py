# SPDX-License-Identifier: Apache-2.0
"""The real updater, but that it believes every bundle: it knows no key."""

import honest
from honest import confirm as confirm


def update(root, key, board, files, manifest, signature, attended=False):
    """Install whatever comes."""
    honest.update(root, None, board, files, manifest, signature, True)
