"""One HTTP exchange over a connected socket; whatever comes back is kept, up to a cap."""

import asyncio
import http.client
import io
import secrets
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

ANSWER_S = 2.5
ANSWER_CAP_BYTES = 64 << 10


async def fetch(sock: socket.socket, trial: Mapping[str, Any], patience: float) -> dict[str, Any]:
    """Send the request of a trial and return what came: status 0 when it was no HTTP."""
    nonce = secrets.token_hex(12) if trial.get("nonce") else ""
    request = _render(trial, nonce)
    received = await _exchange(sock, request, trial, patience)
    return {**_parse(received), "nonce": nonce}


async def _exchange(
    sock: socket.socket, request: bytes, trial: Mapping[str, Any], patience: float
) -> bytes:
    context = _observing_context() if trial.get("tls") else None
    name = trial.get("name") or trial["host"]
    received = b""
    with suppress(OSError):  # late, or cut: what came before came; a TimeoutError is one
        async with asyncio.timeout(ANSWER_S * patience):
            reader, writer = await asyncio.open_connection(
                sock=sock, ssl=context, server_hostname=name if context else None
            )
            try:
                writer.write(request)
                while len(received) < ANSWER_CAP_BYTES and (chunk := await reader.read(4096)):
                    received += chunk
            finally:
                writer.transport.abort()
    return received


def _render(trial: Mapping[str, Any], nonce: str) -> bytes:
    payload = bytes.fromhex(trial.get("payload", ""))
    lines = [
        f"{trial.get('method', 'GET')} {trial['path']}{nonce} HTTP/1.1",
        f"Host: {trial.get('name') or trial['host']}",
        "User-Agent: labctl",
        "Accept: */*",
        "Connection: close",
    ]
    if payload:
        lines += [f"Content-Type: {trial['type']}", f"Content-Length: {len(payload)}"]
    return "\r\n".join((*lines, "", "")).encode() + payload


def _parse(received: bytes) -> dict[str, Any]:
    """Return the answer that the bytes hold, as far as it goes when it was cut."""
    answer = http.client.HTTPResponse(cast("socket.socket", _Received(received)))
    try:
        answer.begin()
    except (http.client.HTTPException, ValueError):
        return {"status": 0, "headers": {}, "payload": received.hex()}
    headers: dict[str, str] = {}
    for name, value in answer.getheaders():
        headers.setdefault(name.lower()[:100], value[:1000])
    return {"status": answer.status, "headers": headers, "payload": _read(answer).hex()}


def _read(answer: http.client.HTTPResponse) -> bytes:
    """Return the content: what came of one that was cut, nothing of one whose chunks lie."""
    try:
        return answer.read()
    except http.client.IncompleteRead as cut:
        return cut.partial
    except (http.client.HTTPException, ValueError, OverflowError):
        return b""


class _Received:
    """What was received, as the library reads it: as the file of a socket."""

    def __init__(self, received: bytes) -> None:
        self._received = received

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._received)


def _observing_context() -> ssl.SSLContext:
    """Return a context that looks at any TLS server: nothing secret is sent, nobody is trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
