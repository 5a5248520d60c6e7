# SPDX-License-Identifier: Apache-2.0
"""Echo: what came goes back. Measures the line, changes nothing."""

from task import field, task


@task(
    "echo.echo",
    args=(field("data", "bytes", max=1024),),
    results=(field("data", "bytes", max=1024),),
    idempotent=True,
    privilege="read",
    help="Return the bytes that were sent.",
)
def echo(data):
    return (data,)
