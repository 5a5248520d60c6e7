# SPDX-License-Identifier: Apache-2.0
"""What runs inside a worker process, under an interpreter that has its own numpy and its own runtime.

These files import nothing but each other, the standard library, numpy and the runtime, and run on Python 3.9 and
numpy 1 as well. `worker_process` and `remote_graph` are the other end; `messages` is shared.
"""

from __future__ import annotations
