"""Break things on a bench, and repair them: deeds, over one session per machine."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from labctl.configure.deeds import Deed, Done
from labctl.configure.files import Original, edit_file, read_original, restore
from labctl.connect.base import Endpoint, Endpoints, Shell, Transport
from labctl.connect.cim.acting import play_powershell
from labctl.connect.cli.device import open_device
from labctl.connect.ssh.session import open_ssh
from labctl.core.command import paste
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, InfrastructureError
from labctl.core.i18n import _, about
from labctl.core.ids import NodeName
from labctl.spec.step import Step

SAID_CHARACTERS = 500


class Device(Protocol):
    """A network device that lines are typed on."""

    def type_configuration(self, lines: Sequence[str], deadline: Deadline) -> str:
        """Type lines in configuration mode; ConnectError when the device refuses one."""
        ...

    def close(self) -> None:
        """Cut the connection; succeeds when it is already gone."""
        ...


def _nowhere(_documents: Mapping[str, bytes], _deadline: Deadline) -> None:
    raise InfrastructureError(_("aucun document du corrigé n'est remis ici"))


@dataclass(frozen=True, slots=True)
class Ways:
    """How sessions are opened, and what puts documents on the shelf of the bench."""

    shell: Callable[[Endpoint, Deadline], Shell] = open_ssh
    device: Callable[[Endpoint, Deadline], Device] = open_device
    windows: Callable[[Endpoint, str, Deadline], None] = play_powershell
    shelve: Callable[[Mapping[str, bytes], Deadline], None] = _nowhere


DIRECT = Ways()


@dataclass(slots=True)
class OwnHands:
    """Does deeds over sessions of this process, opened when one needs them."""

    endpoints: Endpoints
    deadline: Deadline
    ways: Ways
    shells: dict[NodeName, Shell] = field(default_factory=dict)
    devices: dict[NodeName, Device] = field(default_factory=dict)

    def do(self, deeds: Sequence[Deed]) -> tuple[Original | None, ...]:
        """Do one deed after another; InfrastructureError, with its place, at the first failure."""
        return tuple(map(self._do, deeds))

    def try_all(self, deeds: Sequence[Deed]) -> tuple[str, ...]:
        """Do all of them, also after one that failed; return what is said of those that did."""
        return tuple(done.trouble for done in map(self.attempt, deeds) if done.trouble)

    def attempt(self, deed: Deed) -> Done:
        """Do a deed; return what came of it."""
        try:
            return Done(self._do(deed))
        except InfrastructureError as exc:
            return Done.failed(exc)

    def _do(self, deed: Deed) -> Original | None:
        with self._placing(deed):
            if deed.reads:
                return read_original(self._shell(deed.node), deed.place, self.deadline)
            if deed.step is not None:
                self._take(deed.step)
            elif deed.original is not None:
                restore(self._shell(deed.node), deed.place, deed.original, self.deadline)
            else:
                self.ways.shelve(deed.documents, self.deadline)
        return None

    def _take(self, step: Step) -> None:
        if step.edit is not None:
            edit_file(self._shell(step.node), step.edit, self.deadline)
        elif step.cli:
            self._device(step.node).type_configuration(step.cli, self.deadline)
        elif step.powershell:
            endpoint = self._endpoint(step.node, Transport.CIM)
            self.ways.windows(endpoint, step.powershell, self.deadline)
        elif not step.instruction:  # that one is somebody else's
            _run(step, self._shell(step.node), self.deadline)

    @contextmanager
    def _placing(self, deed: Deed) -> Iterator[None]:
        """Name the place and the machine of what fails meanwhile."""
        try:
            yield
        except InfrastructureError as exc:
            if isinstance(exc, ConnectError):
                self.forget(deed.node)
            message = f"{deed.place}: {about(deed.node, exc.message)}"
            raise InfrastructureError(message, hint=exc.hint) from exc

    def _shell(self, node: NodeName) -> Shell:
        """Return the session of a Linux machine."""
        if node not in self.shells:
            endpoint = self._endpoint(node, Transport.SSH)
            self.shells[node] = self.ways.shell(endpoint, self.deadline)
        return self.shells[node]

    def _device(self, node: NodeName) -> Device:
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
def open_hands(endpoints: Endpoints, deadline: Deadline, ways: Ways = DIRECT) -> Iterator[OwnHands]:
    """Open what does deeds on a bench; every session is closed at the end."""
    hands = OwnHands(endpoints, deadline, ways)
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
