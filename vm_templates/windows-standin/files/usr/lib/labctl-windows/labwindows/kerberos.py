"""Kerberos with the domain of the machine: a ticket for it, opened with its keytab.

MIT's library does the work, whatever the token's shape (Kerberos alone, or in SPNEGO), and refuses
a token that it saw before. Over TLS a proof must be bound to the channel: a context that is not
says so in its flags only.
"""

from typing import Any

from labwindows import auth, faults, pac
from labwindows.auth import NotAllowed
from labwindows.machine import Machine
from labwindows.real import computer

_NTLM = bytes.fromhex("2b06010401823702020a")
_KERBEROS = (bytes.fromhex("2a864886f712010202"), bytes.fromhex("2a864882f712010202"))
_GSS_HEAD = b"\x60"
_DOMAIN_ADMINS = 512
_LOGON = b"urn:mspac:logon-info"


def is_kerberos(token: bytes) -> bool:
    """Tell whether the first mechanism that a first token names is Kerberos."""
    named = (mechanism for mechanism in (_NTLM, *_KERBEROS) if mechanism in token)
    return token.startswith(_GSS_HEAD) and min(named, key=token.find, default=_NTLM) != _NTLM


class Ticket:
    """The security context of a ticket; ``binding`` is what ties it to TLS, None in clear."""

    def __init__(self, machine: Machine, binding: bytes | None) -> None:
        self._gssapi = _gssapi()
        self._machine, self._binding = machine, binding
        given = {} if binding is None else {"channel_bindings": self._bind(binding)}
        try:
            held = self._gssapi.Credentials(
                usage="accept", store={"keytab": f"FILE:{computer.KEYTAB}"}
            )
            self._context = self._gssapi.SecurityContext(creds=held, usage="accept", **given)
            self._context.__DEFER_STEP_ERRORS__ = False  # else an error is said one call later
        except self._gssapi.exceptions.GSSError as exc:
            raise NotAllowed("no key of a domain") from exc

    @property
    def complete(self) -> bool:
        """Tell whether the proof is over."""
        return bool(self._context.complete)

    def step(self, token: bytes) -> bytes:
        """Take a token of the client; return the one to answer. NotAllowed ends it."""
        try:
            return bytes(self._context.step(token) or b"")
        except self._gssapi.exceptions.GSSError as exc:
            raise NotAllowed(type(exc).__name__) from exc

    def owner(self) -> str:
        """Return who was proved; NotAllowed for who may not ask, or on another connection."""
        flags = self._gssapi.RequirementFlag
        if self._binding is not None and flags.channel_bound not in self._context.actual_flags:
            raise NotAllowed("not bound to the connection")
        client = self._context.initiator_name
        name, _at, realm = str(client).rpartition("@")
        domain = computer.read_domain(self._machine)
        if realm.lower() != domain.name or not realm:
            raise NotAllowed("of another domain")
        if name.lower() != auth.ACCOUNT and _DOMAIN_ADMINS not in self._read_groups(client):
            raise NotAllowed("neither the audit account nor an administrator of the domain")
        return f"{name}@{realm}"

    def seal(self, content: bytes) -> tuple[bytes, bytes, int]:
        """Return signature, encrypted content, and the length of its padding."""
        raw = self._gssapi.raw
        kinds = raw.IOVBufferType
        parts = raw.IOV(kinds.header, content, kinds.padding, std_layout=False)
        raw.wrap_iov(self._context, parts, confidential=True, qop=None)
        header, sealed, padding = (part.value or b"" for part in parts)
        return header, sealed + padding, len(padding)

    def open(self, signature: bytes, content: bytes) -> bytes:
        """Return a content in clear; Fault when it was changed, or never was encrypted."""
        raw = self._gssapi.raw
        kinds = raw.IOVBufferType
        parts = raw.IOV((kinds.header, False, signature), content, kinds.data, std_layout=False)
        try:
            said = raw.unwrap_iov(self._context, parts)
        except self._gssapi.exceptions.GSSError as exc:
            raise faults.not_understood("the message cannot be opened") from exc
        if not said.encrypted:
            raise faults.not_understood("the message is not encrypted")
        return bytes(parts[1].value or b"")

    def _bind(self, binding: bytes) -> Any:
        return self._gssapi.raw.ChannelBindings(application_data=binding)

    def _read_groups(self, client: Any) -> frozenset[int]:
        """Return the groups that the domain vouches for in the ticket."""
        try:
            found = client.attributes[_LOGON]
        except (KeyError, self._gssapi.exceptions.GSSError):
            return frozenset()
        texts = (bytes(one) for one in found.values) if found.authenticated else ()
        return frozenset().union(*(pac.read_groups(text) for text in texts))


def _gssapi() -> Any:
    try:
        import gssapi
        import gssapi.exceptions
        import gssapi.raw
    except ImportError as exc:
        raise NotAllowed("no library of Kerberos") from exc
    return gssapi
