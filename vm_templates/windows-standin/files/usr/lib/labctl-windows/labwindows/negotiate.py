"""Negotiate: Kerberos with the domain, or NTLM for the audit account, raw or in SPNEGO.

The only user of pyspnego, which is slow to load: ``warm`` loads it once the service answers.
"""

import base64
import os
import struct
from hashlib import sha256
from threading import Lock
from typing import Any, Protocol

from labwindows import auth, faults, kerberos, paths
from labwindows.auth import NotAllowed
from labwindows.machine import Machine
from labwindows.real import computer

_NTLM = b"NTLMSSP\0"


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


class Security(Protocol):
    """A security context of one mechanism."""

    @property
    def complete(self) -> bool:
        """Tell whether the proof is over."""
        ...

    def step(self, token: bytes) -> bytes:
        """Take a token of the client; return the one to answer. NotAllowed ends it."""
        ...

    def owner(self) -> str:
        """Return who was proved; NotAllowed for who may not ask."""
        ...

    def seal(self, content: bytes) -> tuple[bytes, bytes, int]:
        """Return signature, encrypted content, and the length of its padding."""
        ...

    def open(self, signature: bytes, content: bytes) -> bytes:
        """Return a content in clear; Fault when it was changed."""
        ...


class Negotiation:
    """The security context of one connection; ``owner`` is empty until somebody is proved."""

    def __init__(self, users: Users, certificate: bytes | None) -> None:
        self.users = users
        self.owner = ""
        self._certificate = certificate
        self._security: Security | None = None

    def step(self, token: str) -> str:
        """Take a token of the client; return the one to answer. NotAllowed ends it."""
        try:
            received = base64.b64decode(token, validate=True)
        except ValueError as exc:
            raise NotAllowed("not in base64") from exc
        if self._security is None:
            self._security = self._accept(received)
        sent = self._security.step(received)
        if self._security.complete:
            self.owner = self._security.owner()
        return base64.b64encode(sent).decode()

    def seal(self, content: bytes) -> tuple[bytes, bytes, int]:
        """Return signature, encrypted content, and the length of its padding."""
        return self._proved().seal(content)

    def open(self, signature: bytes, content: bytes) -> bytes:
        """Return a content in clear; Fault when it was changed."""
        return self._proved().open(signature, content)

    def _accept(self, first: bytes) -> Security:
        binding = _bind(self._certificate)
        if kerberos.is_kerberos(first):
            return kerberos.Ticket(self.users.machine, binding)
        self.users.refresh()
        return Ntlm(binding, is_raw=first.startswith(_NTLM))

    def _proved(self) -> Security:
        if self._security is None or not self.owner:
            raise faults.not_understood("nobody was proved")
        return self._security


class Ntlm:
    """The security context of a password."""

    def __init__(self, binding: bytes | None, *, is_raw: bool) -> None:
        spnego = _spnego()
        options = spnego.NegotiateOptions
        bindings = spnego.channel_bindings.GssChannelBindings
        self._context = spnego.server(
            protocol="ntlm" if is_raw else "negotiate",
            options=options.use_ntlm if is_raw else options.use_negotiate,
            channel_bindings=None if binding is None else bindings(application_data=binding),
        )

    @property
    def complete(self) -> bool:
        """Tell whether the proof is over."""
        return bool(self._context.complete)

    def step(self, token: bytes) -> bytes:
        """Take a token of the client; return the one to answer. NotAllowed ends it."""
        try:
            return bytes(self._context.step(token) or b"")
        except (
            _spnego().exceptions.SpnegoError, struct.error, ValueError, LookupError
        ) as exc:  # fmt: skip
            raise NotAllowed(type(exc).__name__) from exc

    def owner(self) -> str:
        """Return who was proved: the only one in the file of users."""
        return auth.ACCOUNT

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


def _bind(certificate: bytes | None) -> bytes | None:
    """Return what ties the proof to the TLS connection (RFC 5929, tls-server-end-point)."""
    return None if certificate is None else b"tls-server-end-point:" + sha256(certificate).digest()


def warm() -> None:
    """Load the library."""
    _spnego()


def _spnego() -> Any:
    import spnego
    import spnego.channel_bindings
    import spnego.exceptions

    return spnego
