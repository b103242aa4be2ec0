"""Break things on a bench, and repair them: steps, over one session per machine."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from labctl.configure.files import edit_file
from labctl.connect.base import Endpoint, Endpoints, Shell, Transport
from labctl.connect.cim.acting import play_powershell
from labctl.connect.cli.device import open_device
from labctl.connect.ssh.session import open_ssh
from labctl.core.command import paste
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, InfrastructureError
from labctl.core.i18n import _, about
from labctl.core.ids import NodeName
from labctl.spec.fault import Fault
from labctl.spec.step import Edit, Step

SAID_CHARACTERS = 500


class Device(Protocol):
    """A network device that lines are typed on."""

    def type_configuration(self, lines: Sequence[str], deadline: Deadline) -> str:
        """Type lines in configuration mode; ConnectError when the device refuses one."""
        ...

    def close(self) -> None:
        """Cut the connection; succeeds when it is already gone."""
        ...


def _nowhere(_edit: Edit) -> None:
    raise InfrastructureError(_("aucun document du corrigé n'est remis ici"))


@dataclass(frozen=True, slots=True)
class Ways:
    """How sessions are opened."""

    shell: Callable[[Endpoint, Deadline], Shell] = open_ssh
    device: Callable[[Endpoint, Deadline], Device] = open_device
    windows: Callable[[Endpoint, str, Deadline], None] = play_powershell
    document: Callable[[Edit], None] = _nowhere


DIRECT = Ways()


def inject(
    faults: Sequence[Fault], endpoints: Endpoints, deadline: Deadline, ways: Ways = DIRECT
) -> None:
    """Break what the faults break; their references must be resolved (``plan.fault.resolve``).

    Raises InfrastructureError at the first step that fails: nothing says then what is broken.
    """
    with open_hands(endpoints, deadline, ways) as hands:
        for fault in faults:
            for step in fault.steps:
                hands.take(step, fault.file)


def revert(
    faults: Sequence[Fault], endpoints: Endpoints, deadline: Deadline, ways: Ways = DIRECT
) -> None:
    """Repair what the faults broke, the last one first: what it kept has the others in it.

    Every step is tried, also after one that failed. Raises InfrastructureError, naming the steps
    that failed, once all were tried.
    """
    troubles: list[str] = []
    with open_hands(endpoints, deadline, ways) as hands:
        for fault in reversed(faults):
            for step in fault.revert:
                try:
                    hands.take(step, fault.file)
                except InfrastructureError as exc:
                    troubles.append(exc.message)
    if troubles:
        raise InfrastructureError("\n".join(troubles), hint="labctl reset")


@dataclass(slots=True)
class Hands:
    """Takes steps on the machines of a bench, over sessions that are opened when one needs them."""

    endpoints: Endpoints
    deadline: Deadline
    ways: Ways
    shells: dict[NodeName, Shell] = field(default_factory=dict)
    devices: dict[NodeName, Device] = field(default_factory=dict)

    def take(self, step: Step, file: str) -> None:
        """Take a step of a file; InfrastructureError, with its line, when it fails."""
        with self.placing(step.node, f"{file}:{step.line}"):
            if step.edit is not None:
                edit_file(self.shell(step.node), step.edit, self.deadline)
            elif step.document is not None:
                self.ways.document(step.document)
            elif step.cli:
                self.device(step.node).type_configuration(step.cli, self.deadline)
            elif step.powershell:
                endpoint = self._endpoint(step.node, Transport.CIM)
                self.ways.windows(endpoint, step.powershell, self.deadline)
            elif not step.instruction:  # that one is somebody else's
                _run(step, self.shell(step.node), self.deadline)

    @contextmanager
    def placing(self, node: NodeName, place: str) -> Iterator[None]:
        """Name the file, the line and the machine of what fails meanwhile."""
        try:
            yield
        except InfrastructureError as exc:
            if isinstance(exc, ConnectError):
                self.forget(node)
            message = f"{place}: {about(node, exc.message)}"
            raise InfrastructureError(message, hint=exc.hint) from exc

    def shell(self, node: NodeName) -> Shell:
        """Return the session of a Linux machine."""
        if node not in self.shells:
            endpoint = self._endpoint(node, Transport.SSH)
            self.shells[node] = self.ways.shell(endpoint, self.deadline)
        return self.shells[node]

    def device(self, node: NodeName) -> Device:
        """Return the session of a network device."""
        if node not in self.devices:
            endpoint = self._endpoint(node, Transport.CLI)
            self.devices[node] = self.ways.device(endpoint, self.deadline)
        return self.devices[node]

    def forget(self, node: NodeName) -> None:
        """Close the sessions of a machine: one of them is of no more use."""
        for session in (self.shells.pop(node, None), self.devices.pop(node, None)):
            if session is not None:
                with suppress(ConnectError):
                    session.close()

    def _endpoint(self, node: NodeName, transport: Transport) -> Endpoint:
        endpoint = self.endpoints.find(node, transport)
        if endpoint is None:
            raise ConnectError(
                _("pas d'accès à « %(node)s » par %(transport)s")
                % {"node": node, "transport": transport}
            )
        return endpoint


@contextmanager
def open_hands(endpoints: Endpoints, deadline: Deadline, ways: Ways = DIRECT) -> Iterator[Hands]:
    """Open what takes steps on a bench; every session is closed at the end."""
    hands = Hands(endpoints, deadline, ways)
    try:
        yield hands
    finally:
        for node in (*hands.shells, *hands.devices):
            hands.forget(node)


def _run(step: Step, shell: Shell, deadline: Deadline) -> None:
    done = shell.run(step.argv, deadline, stdin=step.stdin)
    if done.exit_code not in step.exits:
        said = (done.stderr or done.stdout).strip()[-SAID_CHARACTERS:]
        words = {"code": done.exit_code, "command": paste(step.argv), "said": said}
        raise InfrastructureError(_("code %(code)d : %(command)s : %(said)s") % words)
