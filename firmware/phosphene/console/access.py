# SPDX-License-Identifier: Apache-2.0
"""Who may talk to the console: only this page, under the names of this console, with the token where there is one.

A page of another origin can open a WebSocket to 127.0.0.1, and a name that an attacker owns can be made to point
there (DNS rebinding). So every request's Host must be ours, and every WebSocket's Origin, too.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE: Final = "phosphene_console"
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Access:
    """The authorities (`host:port`) that are ours, whether over TLS, and the token, empty if none is asked for."""

    authorities: frozenset[str]
    tls: bool = False
    token: str = ""

    @property
    def origins(self) -> frozenset[str]:
        """What a browser that shows our page sends as Origin."""
        scheme = "https" if self.tls else "http"
        return frozenset(f"{scheme}://{authority}" for authority in self.authorities)

    def holds_token(self, headers: Headers) -> bool:
        """Return whether the request brings the token, in the cookie that `?token=` left or as a bearer."""
        if not self.token:
            return True
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            morsel = None
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        given = bearer if scheme.lower() == "bearer" else morsel.value if morsel else ""
        return self.is_token(given)

    def is_token(self, given: str) -> bool:
        """Compare in a time that does not tell how much of it is right."""
        return hmac.compare_digest(given.encode(), self.token.encode())


class Guard:
    """ASGI middleware that keeps everybody else out, and puts the headers of a careful page on every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access
        self._headers = _page_headers(access)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if scope["type"] == "websocket":
            if refusal:
                await receive()
                await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})
            else:
                await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        if refusal is None:
            await self._app(scope, receive, with_headers)
        elif refusal[0] == 401 and (given := _token_in_query(scope)) and self._access.is_token(given):
            await self._admit()(scope, receive, with_headers)
        else:
            await PlainTextResponse(refusal[1] + "\n", refusal[0])(scope, receive, with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        """Return the status and the reason why this request is refused, None if it isn't."""
        if headers.get("host", "").lower() not in self._access.authorities:
            return 421, "this console does not answer under that host name"
        origin = headers.get("origin")
        # A browser always sends it with a WebSocket, and with whatever another site asks of us by script.
        if (origin is not None or scope["type"] == "websocket") and origin not in self._access.origins:
            return 403, "this console does not talk to pages of another origin"
        if not self._access.holds_token(headers):
            return 401, "this console asks for its token: open it as /?token=..."
        return None

    def _admit(self) -> RedirectResponse:
        """The token moves from the address, which is written down in histories, into a cookie, which is not."""
        response = RedirectResponse("/", 303)
        response.set_cookie(
            COOKIE, self._access.token, max_age=_DAY_S, httponly=True, samesite="strict", secure=self._access.tls
        )
        return response


def _token_in_query(scope: Scope) -> str:
    return parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]


def _page_headers(access: Access) -> dict[str, str]:
    # 'self' means the WebSocket, too, where a browser knows that; a policy can't name an IPv6 address.
    named = sorted(authority for authority in access.authorities if not authority.startswith("["))
    sockets = " ".join(f"{'wss' if access.tls else 'ws'}://{authority}" for authority in named)
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src blob:; "
        f"connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(self), microphone=(self), geolocation=()",
        "cache-control": "no-store",
    }
