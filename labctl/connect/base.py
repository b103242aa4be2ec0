"""Endpoints, questions and answers: what every transport shares.

A probe turns the plan into questions; ``collect`` groups the questions of one machine, hands them
to one session of the right transport, and gives the answers back to the probe. A transport knows
how to ask, never what is being checked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from labctl.core.command import Completed
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.ids import NodeName
from labctl.core.verdict import Unobserved


class Transport(StrEnum):
    """How a machine is asked."""

    SSH = "ssh"  # Linux machines: one exec of one script
    CLI = "cli"  # network devices: netmiko
    LDAP = "ldap"  # directory: LDAPS, lab CA verified
    SMB = "smb"  # shares, as a user
    WIRE = "wire"  # packets sent from labctl's probe in a segment
    CIM = "cim"  # Windows: WS-Management, CIM classes first
    DEPOT = "depot"  # what the candidate handed in at the way in


DEPOT = NodeName("entree")
"""What a question about a document says in place of a machine: the candidate's way in."""


@dataclass(frozen=True, slots=True)
class Vantage:
    """A network namespace to look from: that of a process, told apart from a reused pid.

    ``pid`` 0 is where labctl runs; ``started`` is field 22 of /proc/PID/stat.
    """

    pid: int = 0
    started: int = 0


NOWHERE = Vantage(-1)
"""A vantage that is gone: nothing is sent, rather than from where labctl runs."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A way to one machine.

    ``trust`` is the pinned host key (``ssh-ed25519 AAAA…``) for SSH and CLI, the path of the CA
    certificate for LDAP and CIM (none: CIM goes over HTTP, each message sealed). ``credential``
    is the path of a private key (SSH, CLI) or of a file that holds one password (LDAP, SMB, CIM);
    never the secret itself. An account ``name@domain`` for CIM is proved by Kerberos: by its
    password, or without a credential by the ticket in labctl's own environment; ``controller`` is
    the address, seen from the vantage, of who gives tickets (none: as this machine is set to).
    ``server_name`` is the name the certificate must carry. ``console``
    is the machine's own namespace: through it, 127.0.0.1 answers also when its network is broken.
    """

    node: NodeName
    transport: Transport
    address: str
    port: int
    account: str
    credential: str
    trust: str
    vantage: Vantage
    console: Vantage
    server_name: str = ""
    controller: str = ""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Every way into one bench; the document ``endpoints.json``."""

    bench: int
    isolation: str  # "namespace", "container" or "vm"
    endpoints: tuple[Endpoint, ...]
    probes: dict[NodeName, Vantage]  # labctl's probes and the jury's vantage

    def find(self, node: NodeName, transport: Transport) -> Endpoint | None:
        """Return the endpoint of a machine for a transport, None when it has none."""
        for endpoint in self.endpoints:
            if endpoint.node == node and endpoint.transport == transport:
                return endpoint
        return None


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: ``text`` is what a report prints of it, ``body`` what the transport needs.

    ``body`` is JSON-like (str, int, bool, tuples and dicts of them), so that evidence keeps it:
    SSH ``{"argv": […]}``, absolute paths, ``"stderr": True`` to have its errors among the output,
    and ``"stdin": (…)``, lines that it reads: the one place where ``${secret:name}`` stands for a
    secret of the bench, which evidence never holds; CLI ``{"command": …}``; LDAP ``{"base",
    "scope", "filter", "attributes"}`` (see ``labctl.connect.ldap.session``); SMB, WIRE and DEPOT:
    see their modules. CIM is one of ``{"namespace": "root/cimv2", "class": …, "where": WQL
    condition or "", "properties": (…)}`` → ``{"instances": [{property: value}]}`` (``"selectors":
    {…}`` in place of a condition names one instance, ``"options": {…}`` are the provider's);
    ``{"namespace", "class", "selectors": {…}, "method": …, "arguments": {…}}`` → ``{"result":
    {…}}``; ``{"hive": "HKLM", "keys": path, "values": {name: type}}`` → ``{"keys": {path: {name:
    value}}}`` (see ``labctl.connect.cim.registry``); ``{"script": PowerShell}`` → ``{"result": the
    JSON it printed}``, one a visit at most. Values are typed (int, bool, str, list, null, RFC 3339
    for a date); what a Windows says it does not have (class, namespace, instance) is the answer
    ``{"absent": its words}``. A question of a later ``phase`` is asked once those of the earlier
    phases were answered, on every machine: a log is read after the visits it tells of. One that is
    ``aside`` may take seconds: others do not wait behind it.
    """

    node: NodeName
    transport: Transport
    text: str
    body: dict[str, object]
    timeout_s: float = 10.0
    cap_bytes: int = OUTPUT_CAP_BYTES
    phase: int = 0
    aside: bool = False


class Way(StrEnum):
    """Which way an answer came."""

    VANTAGE = "vantage"  # over the network, from labctl's place in the bench
    CONSOLE = "console"  # from inside the machine, because its network did not answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as bytes: text of a command, or JSON for the structured transports.

    ``exit_code`` is None where the transport has none. ``trouble`` is set when nothing usable came
    back; ``output`` then holds what did. ``earlier`` are the attempts before it that got nothing.
    """

    question: Question
    output: bytes
    exit_code: int | None
    trouble: Unobserved | None
    started_at: str  # RFC 3339, UTC
    elapsed_s: float
    attempts: int = 1
    way: Way = Way.VANTAGE
    earlier: tuple["Answer", ...] = ()


class Session(Protocol):
    """One visit to one machine: every question, one answer each, in order, never an exception."""

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
        """Ask everything in as few round trips as the transport allows."""
        ...

    def close(self) -> None:
        """Close the session; succeeds when it is already gone."""
        ...


Opener = Callable[[Endpoint, Deadline], Session]


class Shell(Protocol):
    """Commands on a Linux machine, one by one: for solutions and faults, not for checks."""

    def run(self, argv: Sequence[str], deadline: Deadline, *, stdin: str = "") -> Completed:
        """Run a command with a clean environment; ConnectError when its end was not seen."""
        ...

    def close(self) -> None:
        """Close the connection; succeeds when it is already gone."""
        ...
