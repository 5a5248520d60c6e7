# SPDX-License-Identifier: Apache-2.0
"""The console for others: TLS, a token, and its own name."""

from __future__ import annotations

import datetime
import socket
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from phosphene.console.server import Where
from tests.console.running import Page, a_scene, console_elsewhere

SECRET = "correct horse battery"
NAME = "device.example"


def a_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for NAME that it signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


def test_others_get_in_by_its_name_over_tls_with_the_token(tmp_path: Path) -> None:
    certificate, key = a_certificate(tmp_path)
    where = Where("0.0.0.0", 0, SECRET, certificate, key, (NAME,))
    trust = ssl.create_default_context(cafile=certificate)
    with console_elsewhere(where) as console:
        console.show(a_scene())
        port = console.authority.rpartition(":")[2]
        assert console.address.startswith("https://")
        ours = {"host": f"{NAME}:{port}"}
        there = f"https://127.0.0.1:{port}/"
        with httpx.Client(verify=trust, headers=ours) as browser:
            ask: dict[str, Any] = {"extensions": {"sni_hostname": NAME}}
            assert browser.get(there, **ask).status_code == 401
            assert browser.get(there, headers={"host": f"127.0.0.1:{port}"}, **ask).status_code == 421
            admitted = browser.get(there, params={"token": SECRET}, **ask)
            assert admitted.status_code == 303
            cookie = admitted.headers["set-cookie"]
            assert "Secure" in cookie
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{port}/")

        def page(origin: str, headers: dict[str, str]) -> ClientConnection:
            way = socket.create_connection(("127.0.0.1", int(port)))
            address = f"wss://{NAME}:{port}/screen"
            return connect(
                address, sock=way, ssl=trust, origin=Origin(origin), additional_headers=headers, compression=None
            )

        sent = {"cookie": cookie.split(";")[0]}
        with page(f"https://{NAME}:{port}", sent) as connection:
            assert Page(connection).frame()[0]["nodes"][0]["text"] == "calculate"
        for origin, headers in ((f"http://{NAME}:{port}", sent), (f"https://{NAME}:{port}", {})):
            with pytest.raises(InvalidStatus), page(origin, headers):
                pass
