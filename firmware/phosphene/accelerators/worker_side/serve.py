# SPDX-License-Identifier: Apache-2.0
"""Serves graphs to the host: one thread for each graph, each with a socket and a piece of shared memory of its own."""

from __future__ import annotations

import fcntl
import hashlib
import json
import mmap
import os
import platform
import resource
import signal
import socket
import tempfile
import threading
from importlib import metadata
from typing import Any

import numpy as np

from .litert_runtime import LiteRtGraph, find_litert, load_delegate
from .messages import layout, receive, send
from .rknn_runtime import RknnGraph, find_rknn

# Where rknn-toolkit-lite2 looks.
_LIBRKNNRT = ("/usr/lib/librknnrt.so", "/usr/lib64/librknnrt.so")


def main(number: int, text: str) -> None:
    """Serve on the inherited socket `number` by the options in `text`, until the host closes it."""
    options: dict[str, Any] = json.loads(text)
    _end_with_the_host()
    # Libraries print to standard output as they like; the host reads it from the error output, as last words.
    os.dup2(2, 1)
    control = socket.socket(fileno=number)
    try:
        if options.get("memory_mb"):
            limit = int(options["memory_mb"]) << 20
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        module, package = find_rknn() if options["runtime"] == "rknn" else find_litert()
        if options.get("probe"):
            _look_for_the_chip(module, options)
    except Exception as error:
        send(control, {"error": "accelerator", "text": _said(error), "kind": type(error).__name__})
        return
    versions = {"python": platform.python_version(), "numpy": np.__version__, "runtime": _version(package)}
    send(control, {"ready": versions})
    # One chip has one queue; what its library does with two callers at a time is not promised.
    turn = threading.Lock() if options.get("library") else None
    while True:
        try:
            _, descriptors = receive(control)
        except EOFError:
            # Whatever hangs in a driver must not keep the process.
            os._exit(0)
        channel = socket.socket(fileno=descriptors[0])
        threading.Thread(target=_serve, args=(channel, module, options, turn), daemon=True).start()


def _look_for_the_chip(module: Any, options: dict[str, Any]) -> None:
    if options.get("library"):
        load_delegate(module, options)
    elif options["runtime"] == "rknn" and not any(map(os.path.exists, _LIBRKNNRT)):
        raise OSError(f"{_LIBRKNNRT[0]} is missing")


def _end_with_the_host() -> None:
    """Let the kernel end this process when standard input closes, though every thread of it hangs."""
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)


def _serve(channel: socket.socket, module: Any, options: dict[str, Any], turn: Any) -> None:
    kind = RknnGraph if options["runtime"] == "rknn" else LiteRtGraph
    graph, inputs, outputs = None, [], []
    while True:
        try:
            asked, _ = receive(channel, alone=True)
        except EOFError:
            return
        try:
            if "load" in asked:
                content = _content(asked["load"])
                graph = kind(module, options, content, asked["load"])
                described = graph.described()
                memory, inputs, outputs = _share(described)
                send(channel, {"loaded": described}, (memory,))
                os.close(memory)
            elif graph is not None:
                if turn is not None:
                    with turn:
                        graph.run(inputs, outputs)
                else:
                    graph.run(inputs, outputs)
                send(channel, {"ran": asked["run"]})
        except MemoryError as error:
            send(channel, {"error": "memory", "text": _said(error)})
        except Exception as error:
            whose = "model" if isinstance(error, (_WrongFile, ValueError)) and graph is None else "accelerator"
            send(channel, {"error": whose, "text": _said(error)})


class _WrongFile(Exception):
    pass


def _content(asked: dict[str, Any]) -> bytes:
    try:
        with open(asked["path"], "rb") as file:  # noqa: PTH123  the other interpreter is what this is quick for
            content = file.read()
    except OSError as error:
        raise _WrongFile(f"the model can't be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != asked["sha256"]:
        raise _WrongFile("the model was replaced while it was being loaded")
    return content


def _share(described: dict[str, Any]) -> tuple[int, list[Any], list[Any]]:
    """Return the shared memory's open file, and views of it for the inputs and for the outputs."""
    ends = described["inputs"] + described["outputs"]
    places, size = layout(ends)
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("phosphene")
    else:
        with tempfile.TemporaryFile() as file:
            number = os.dup(file.fileno())
    os.ftruncate(number, size)
    memory = mmap.mmap(number, size)
    views: list[Any] = []
    for place, end in zip(places, ends):  # noqa: B905  `strict` came with Python 3.10
        kind = np.dtype(end["dtype"])
        count = int(np.prod(end["shape"], dtype=np.int64))
        views.append(np.frombuffer(memory, kind, count, place).reshape(end["shape"]))
    return number, views[: len(described["inputs"])], views[len(described["inputs"]) :]


def _version(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return package


def _said(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
