"""The same service for who speaks NTLM: bound to the certificate over TLS, sealed over HTTP."""

import base64
import socket
import ssl
from pathlib import Path

import spnego  # noqa: TID251  # the other side of the conversation
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from pypsrp.encryption import WinRMEncryption  # noqa: TID251  # the other side
from spnego.channel_bindings import GssChannelBindings  # noqa: TID251  # the other side

from tests.attacks.hostile import Player
from tests.wsman_server import ACCOUNT, PASSWORD, Reply, Request, Socket, http, read_request

SEALED = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted"'


def write_users(folder: Path, password: str = PASSWORD) -> str:
    """Return the file of accounts that the library's server reads (env NTLM_USER_FILE)."""
    users = folder / "users"
    users.write_text(f":{ACCOUNT}:{password}\n")
    return str(users)


def play_ntlm(
    context: ssl.SSLContext | None,
    certificate: Path | None,
    reply: Reply,
    heard: list[Request],
) -> Player:
    """Return a player that wants NTLM, then hands every request, in clear, to ``reply``."""

    def player(sock: socket.socket) -> None:
        if context is None:
            _play(sock, None, reply, heard)
            return
        with context.wrap_socket(sock, server_side=True) as tls:
            _play(tls, _bindings(certificate), reply, heard)

    return player


def _play(
    sock: Socket, bindings: GssChannelBindings | None, reply: Reply, heard: list[Request]
) -> None:
    options = spnego.NegotiateOptions.use_ntlm
    if bindings is None:
        options |= spnego.NegotiateOptions.wrapping_winrm
    acceptor = spnego.server(protocol="ntlm", channel_bindings=bindings, options=options)
    while request := read_request(sock):
        heard.append(request)
        kind, _gap, token = request.header("Authorization").partition(" ")
        if kind == "Negotiate":
            _step(sock, acceptor, base64.b64decode(token))
        elif not acceptor.complete:
            sock.sendall(http(b"", 401, challenge="Negotiate"))
        elif bindings is not None:
            reply(sock, request)
        else:
            _reply_sealed(sock, WinRMEncryption(acceptor, WinRMEncryption.SPNEGO), request, reply)


def _step(sock: Socket, acceptor: spnego.ContextProxy, token: bytes) -> None:
    try:
        out = acceptor.step(token)
    except spnego.exceptions.SpnegoError:
        sock.sendall(http(b"", 401, challenge="Negotiate"))
        return
    if acceptor.complete:
        sock.sendall(http(b""))
        return
    challenge = "Negotiate " + base64.b64encode(out or b"").decode()
    sock.sendall(http(b"", 401, challenge=challenge))


def _reply_sealed(sock: Socket, seal: WinRMEncryption, request: Request, reply: Reply) -> None:
    """Open the request, and seal what the reply writes."""
    clear = Request(request.head, seal.unwrap_message(request.body, "Encrypted Boundary"))

    class Sealing:
        def sendall(self, answer: bytes) -> None:
            head, _gap, content = answer.partition(b"\r\n\r\n")
            _kind, sealed = seal.wrap_message(content)
            status = int(head.split()[1])
            sock.sendall(http(sealed, status, SEALED + ';boundary="Encrypted Boundary"'))

    reply(Sealing(), clear)  # type: ignore[arg-type]  # a reply only sends


def _bindings(certificate: Path | None) -> GssChannelBindings:
    found = x509.load_pem_x509_certificate(certificate.read_bytes() if certificate else b"")
    digest = hashes.Hash(hashes.SHA256())
    digest.update(found.public_bytes(serialization.Encoding.DER))
    return GssChannelBindings(application_data=b"tls-server-end-point:" + digest.finalize())
