# SPDX-License-Identifier: Apache-2.0
"""Who gets in, and who doesn't."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

import phosphene.console as console_package
from phosphene.console.server import Where
from phosphene.errors import ConfigError
from tests.console.running import Console, a_scene, connected, console_elsewhere

PAGE = Path(console_package.__file__).with_name("page")
SECRET = "correct horse battery"


def test_the_page_is_served_with_a_strict_policy(console: Console) -> None:
    answer = httpx.get(console.address)
    assert answer.status_code == 200
    assert "<canvas" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "camera=(self), microphone=(self)" in answer.headers["permissions-policy"]
    for path in ("console.js", "tree.js", "console.css", "favicon.svg"):
        assert httpx.get(console.address + path).status_code == 200
    assert httpx.get(console.address + "../server.py").status_code == 404
    assert httpx.get(console.address + "nothing").headers["content-security-policy"] == policy


def test_the_page_has_nothing_inline_and_fetches_nothing_from_elsewhere(console: Console) -> None:
    files = [file.name for file in PAGE.iterdir() if file.suffix in (".js", ".css")]
    assert {"console.js", "senses.js", "senses.css", "listener.js"} <= set(files)
    for path in ("", *files):
        text = httpx.get(console.address + path).text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text
        assert "//cdn" not in text
    page = httpx.get(console.address).text
    assert " style=" not in page
    assert " on" not in [piece[:3] for piece in page.split('="') if piece.endswith("click")]
    assert "<style" not in page
    assert "<script>" not in page


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1:1", "null", None])
def test_a_foreign_origin_is_refused(console: Console, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        console.page(origin=origin)
    assert refused.value.response.status_code == 403


def test_the_same_host_under_another_port_is_a_foreign_origin(console: Console) -> None:
    with pytest.raises(InvalidStatus):
        console.page(origin="http://127.0.0.1:1")
    assert httpx.get(console.address, headers={"origin": "http://127.0.0.1:1"}).status_code == 403


def test_a_name_that_was_made_to_point_here_is_refused(console: Console) -> None:
    port = console.authority.partition(":")[2]
    rebound = {"host": f"evil.example:{port}"}
    assert httpx.get(console.address, headers=rebound).status_code == 421
    way = socket.create_connection(("127.0.0.1", int(port)))
    with pytest.raises(InvalidStatus) as refused:
        console.pages.enter_context(connected(f"http://evil.example:{port}/", sock=way))
    assert refused.value.response.status_code == 403
    assert httpx.get(console.address, headers={"host": f"localhost:{port}"}).status_code == 200


def test_a_console_with_a_token_asks_for_it() -> None:
    with console_elsewhere(Where(port=0, token=SECRET)) as console:
        console.show(a_scene())
        assert httpx.get(console.address).status_code == 401
        assert httpx.get(console.address, params={"token": "wrong" * 4}).status_code == 401
        with pytest.raises(InvalidStatus):
            console.page()
        with httpx.Client(follow_redirects=True) as browser:
            answer = browser.get(console.address, params={"token": SECRET})
            assert (answer.status_code, str(answer.url)) == (200, console.address)
            assert SECRET not in str(answer.url)
            cookie = answer.history[0].headers["set-cookie"]
            assert "HttpOnly" in cookie
            assert "samesite=strict" in cookie.lower()
            page = console.page(additional_headers={"cookie": cookie.split(";")[0]})
            assert page.frame()[0]["nodes"][0]["text"] == "calculate"
        page = console.page(additional_headers={"authorization": f"Bearer {SECRET}"})
        page.frame()


def test_what_others_can_reach_wants_a_token_and_tls(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "192.0.2.7", "::", "device.local"):
        with pytest.raises(ConfigError, match="wants a token and TLS"):
            Where(host, token=SECRET)
    pem = tmp_path / "any.pem"
    pem.write_text("")
    with pytest.raises(ConfigError, match="needs its key"):
        Where("0.0.0.0", token=SECRET, certificate=pem)
    with pytest.raises(ConfigError, match="too short"):
        Where(token="guess")
    with pytest.raises(ConfigError, match="no file"):
        Where("0.0.0.0", token=SECRET, certificate=pem, key=tmp_path / "none")
    assert not Where("0.0.0.0", token=SECRET, certificate=pem, key=pem).loopback


def test_a_taken_port_is_told_with_its_cure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = Where(port=taken.getsockname()[1])
        with pytest.raises(ConfigError, match=r"port is taken.*--console-port"), console_elsewhere(where):
            pass
