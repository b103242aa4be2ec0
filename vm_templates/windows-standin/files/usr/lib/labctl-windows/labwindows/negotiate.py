"""Negotiate: NTLM for the audit account, raw or in SPNEGO. Kerberos is not served.

The only user of pyspnego, which is slow to load: ``warm`` loads it once the service answers.
"""

import base64
import os
import struct
from hashlib import sha256
from threading import Lock
from typing import Any

from labwindows import auth, faults, paths
from labwindows.machine import Machine
from labwindows.real import computer

_NTLM = b"NTLMSSP\0"


class NotAllowed(Exception):
    """Nobody who may ask was proved."""


class Users:
    """The file in which the NTLM acceptor looks accounts up: one for the process."""

    def __init__(self, machine: Machine, password: str, path: str = paths.NTLM_USERS) -> None:
        self.machine, self.path = machine, path
        self._password = password
        self._names: tuple[str, ...] = ()
        self._lock = Lock()

    def refresh(self) -> None:
        """Write the account under every domain that a client may give this machine."""
        names = ("", ".", computer.read_name(self.machine))
        os.environ["NTLM_USER_FILE"] = self.path
        with self._lock:
            if names == self._names:
                return
            fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(fd, "w", encoding="utf-8") as file:
                file.writelines(f"{name}:{auth.ACCOUNT}:{self._password}\n" for name in names)
            self._names = names


class Negotiation:
    """The security context of one connection; ``owner`` is empty until somebody is proved."""

    def __init__(self, users: Users, certificate: bytes | None) -> None:
        self.users = users
        self.owner = ""
        self._certificate = certificate
        self._context: Any = None

    def step(self, token: str) -> str:
        """Take a token of the client; return the one to answer. NotAllowed ends it."""
        spnego = _spnego()
        try:
            received = base64.b64decode(token, validate=True)
            if self._context is None:
                self.users.refresh()
                self._context = self._accept(received)
            sent = self._context.step(received)
        except (spnego.exceptions.SpnegoError, struct.error, ValueError, LookupError) as exc:
            raise NotAllowed(type(exc).__name__) from exc
        if self._context.complete:
            self.owner = auth.ACCOUNT  # the only one in the file of users
        return base64.b64encode(sent or b"").decode()

    def seal(self, content: bytes) -> tuple[bytes, bytes, int]:
        """Return signature, encrypted content, and the length of its padding."""
        sealed = self._context.wrap_winrm(content)
        return sealed.header, sealed.data, sealed.padding_length

    def open(self, signature: bytes, content: bytes) -> bytes:
        """Return a content in clear; Fault when it was changed."""
        try:
            return bytes(self._context.unwrap_winrm(signature, content))
        except (_spnego().exceptions.SpnegoError, ValueError) as exc:
            raise faults.not_understood("the message cannot be opened") from exc

    def _accept(self, first: bytes) -> Any:
        spnego = _spnego()
        options = spnego.NegotiateOptions
        is_raw = first.startswith(_NTLM)
        return spnego.server(
            protocol="ntlm" if is_raw else "negotiate",
            options=options.use_ntlm if is_raw else options.use_negotiate,
            channel_bindings=self._bindings(),
        )

    def _bindings(self) -> Any:
        """Return what ties the proof to the TLS connection (RFC 5929, tls-server-end-point)."""
        if self._certificate is None:
            return None
        digest = sha256(self._certificate).digest()
        bindings = _spnego().channel_bindings.GssChannelBindings
        return bindings(application_data=b"tls-server-end-point:" + digest)


def warm() -> None:
    """Load the library."""
    _spnego()


def _spnego() -> Any:
    import spnego
    import spnego.channel_bindings
    import spnego.exceptions

    return spnego
