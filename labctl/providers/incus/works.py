"""Acts on the objects of one bench; each may be done again after a kill, and converges."""

import io
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.wait import until
from labctl.plan.model import Plan
from labctl.providers.incus import clusters, inventory, layout
from labctl.providers.incus.client import NOT_FOUND, Client, Forgotten, Refused, locate
from labctl.providers.incus.init import FILES
from labctl.providers.incus.inventory import Machine, Project
from labctl.providers.incus.layout import TAG, Tag
from labctl.providers.incus.settings import list_settings
from labctl.providers.namespaces.bench import Phase
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.windows.copies import list_windows
from labctl.spec.hosting import Need

CLEAN = "clean"
"""The snapshot of a machine that was never started: what a reset gives back."""
_PROJECT = {
    "features.images": "false",  # imported once, into the default project
    "features.networks": "false",  # a bridge can only be in the default project
    "features.profiles": "true",
    "features.storage.volumes": "true",
    "restricted": "true",  # no privileged container, no path of the member
    "restricted.containers.lowlevel": "allow",  # Incus counts how many users a machine has to it
    "restricted.snapshots": "allow",
}
_RUNNING, _PAUSED = "Running", "Frozen"
_BECOMES = {"start": _RUNNING, "stop": "Stopped", "freeze": _PAUSED}
"""State of an instance after an action."""
_BUSY = "Instance is busy running"
_STARTED = "Instance is running"
"""Incus's words about a machine that is to be removed: it started since it was looked at."""
_NOT_RUNNING = "Instance is not running"
_LINK_GONE = "Failed to delete bridge children interfaces"
"""Incus's words when a link of the member goes while it looks at them all, as those of machines do
that start or end: it does so for each network that is made or removed (seen on Incus 6.0.4)."""
_CONFLICT = 409
_POOLS = ("/", "1.0", "storage-pools")
_TAIL = 1500
"""Bytes of a console that are told."""


class Ended(Refused):
    """A machine does not run that a command was to run in."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command in a machine came to."""

    code: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True)
class Works:
    """The bench of a plan on a cluster."""

    client: Client
    plan: Plan
    tag: Tag
    member: str

    def locate(self, node: NodeName, *parts: str, **query: str) -> str:
        """Return the path of a machine, or of something of it."""
        name = layout.name_machine(node)
        return locate("instances", name, *parts, project=self.tag.project, **query)


def make_project(works: Works, need: Need) -> None:
    """Make the project of a bench: what it needs is promised from then on."""
    state = {"phase": Phase.BUILDING, "plan": layout.digest(works.plan), "nodes": ""}
    more = works.tag.config(member=works.member, need=layout.show_need(need), **state)
    body = {"name": works.tag.project, "config": {**_PROJECT, **more}}
    projects = inventory.list_projects(works.client, works.tag.instance)
    if works.tag.project not in {each.name for each in projects}:
        works.client.change("POST", locate("projects"), body)


def note(works: Works, phase: Phase, nodes: Iterable[NodeName] = ()) -> None:
    """Note on the cluster what is under way on a bench, before it is."""
    words = {f"{TAG}phase": str(phase), f"{TAG}nodes": " ".join(nodes)}
    where = locate("projects", works.tag.project)
    found = works.client.read(where)
    # Whole: what a PATCH leaves out, Incus 6.0 takes for its default, and refuses.
    config = {**found["config"], **words}
    works.client.change("PUT", where, {"config": config, "description": found["description"]})


def make_networks(works: Works, members: Iterable[str]) -> None:
    """Make the networks that are missing: on each member of the cluster, then as a whole."""
    names = layout.list_networks(works.plan, works.tag)
    found = {each.name: each for each in inventory.list_networks(works.client, works.tag.instance)}
    there = tuple(members)
    for name in names:
        if name in found and found[name].is_whole:
            continue
        with clusters.alone(works.client.deadline):
            _make_network(works, name, there, is_broken=name in found and found[name].is_broken)


def _make_network(works: Works, name: str, members: Sequence[str], *, is_broken: bool) -> None:
    client = works.client
    bare = {"ipv4.address": "none", "ipv6.address": "none"}
    body = {"name": name, "type": "bridge", "config": {**bare, **works.tag.config()}}

    def make() -> None:
        nonlocal is_broken
        if is_broken:  # one whose making failed is not made again
            _remove_network(client, name)
        is_broken = True
        for member in members:
            pending = {"name": name, "type": "bridge"}
            _make_unless_there(client, locate("networks", target=member), pending)
        client.change("POST", locate("networks"), body)

    _outlast(make, client.deadline)


def _remove_network(client: Client, name: str) -> None:
    _outlast(partial(client.change, "DELETE", locate("networks", name)), client.deadline)


def _outlast(change: Callable[[], object], deadline: Deadline) -> None:
    """Ask for a change of a network until no link of a member goes meanwhile."""

    def ask() -> bool:
        try:
            change()
        except Refused as exc:
            if _LINK_GONE not in exc.message or deadline.before(1.0).is_over():
                raise
            return False
        return True

    until(ask, deadline, every_s=0.5)


def make_machine(works: Works, node: NodeName, image: str) -> None:
    """Replace a machine by one that was never started and has no secret; keep that state."""
    for old in inventory.list_machines(works.client, works.tag.project):
        if old.tag.node == node:
            remove_machine(works.client, old)
    spec = works.plan.nodes[node]
    tag = Tag(works.tag.instance, works.tag.bench, node)
    body: dict[str, object] = {
        "name": layout.name_machine(node),
        "type": "virtual-machine" if node in list_windows(works.plan) else "container",
        "source": {"type": "image", "alias": image},
        "profiles": [],
        "config": {**list_settings(spec), **tag.config(image=image)},
        "devices": layout.list_devices(works.plan, works.tag, spec),
    }
    where = locate("instances", project=works.tag.project, target=works.member)
    works.client.change("POST", where, body)
    works.client.change("POST", works.locate(node, "snapshots"), {"name": CLEAN})


def give(works: Works, node: NodeName, files: Mapping[str, NodeFile]) -> None:
    """Give a machine its files, by their path: it takes them when it starts."""
    push(works, node, FILES, pack(files))


def pack(files: Mapping[str, NodeFile]) -> bytes:
    """Return an archive of files of root, with the folders that they are in."""
    packed = io.BytesIO()
    folders = {str(parent) for name in files for parent in PurePosixPath(name).parents}
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for folder in sorted(folders - {"."}):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        for name, file in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(file.content), file.mode
            archive.addfile(entry, io.BytesIO(file.content))
    return packed.getvalue()


def push(works: Works, node: NodeName, path: str, content: bytes) -> None:
    """Write a file that only root of the machine reads; its folder is there."""
    headers = {
        "X-Incus-uid": "0",
        "X-Incus-gid": "0",
        "X-Incus-type": "file",
        "X-Incus-mode": "0600",
    }
    works.client.upload(works.locate(node, "files", path=path), content, headers)


def start(works: Works, node: NodeName) -> None:
    """Start a machine on its own disk, or let a paused one go on; one that runs is left alone."""
    _set_state(works, node, "start")


def stop(works: Works, node: NodeName) -> None:
    """End a machine at once, as a power cut does; one that does not run is left alone."""
    _set_state(works, node, "stop")


def freeze(works: Works, node: NodeName) -> None:
    """Have all that runs in a machine stand still; one that does not run is left alone."""
    if _read_state(works, node) == _RUNNING:
        _set_state(works, node, "freeze")


def thaw(works: Works, node: NodeName) -> None:
    """Let a machine that was frozen go on; one that was ended stays so."""
    if _read_state(works, node) == _PAUSED:
        _set_state(works, node, "start")


def is_there(works: Works, node: NodeName) -> bool:
    """Tell whether the cluster has the instance of a machine; Refused when it cannot say."""
    try:
        _read_state(works, node)
    except Refused as exc:
        if exc.code == NOT_FOUND:
            return False
        raise
    return True


def restore(works: Works, node: NodeName, snapshot: str = CLEAN) -> None:
    """Give a stopped machine back a disk; that which it had before its first start, if unnamed."""
    try:
        works.client.change("PUT", works.locate(node), {"restore": snapshot})
    except Forgotten:  # it was done at once, or refused at once: the second time says which
        works.client.change("PUT", works.locate(node), {"restore": snapshot})


def run(
    works: Works,
    node: NodeName,
    argv: Sequence[str],
    environment: Mapping[str, str] = MappingProxyType({}),
    *,
    cap: int = OUTPUT_CAP_BYTES,
) -> Said:
    """Run a command in a machine as root; return what it said, at most ``cap`` bytes of each.

    Ended when the machine does not run.
    """
    body = {
        "command": list(argv),
        "environment": dict(environment),
        "record-output": True,
        "wait-for-websocket": False,
    }
    try:
        done = works.client.change("POST", works.locate(node, "exec"), body)
    except Refused as exc:
        if _NOT_RUNNING not in exc.message:
            raise
        said = _("la machine « %(node)s » ne fonctionne pas")
        raise Ended(said % {"node": node}, exc.code, hint="labctl status") from exc
    logs = done.get("output") if isinstance(done, dict) else None
    if not isinstance(logs, dict) or type(done.get("return")) is not int:
        said = _("Incus ne dit pas ce qu'est devenue une commande dans « %(node)s »")
        raise ProviderError(said % {"node": node})
    output, errors = (_read_log(works, str(logs.get(each, "")), cap) for each in "12")
    return Said(done["return"], output, errors)


def read_console(works: Works, node: NodeName) -> str:
    """Return the end of what a machine said on its console."""
    with suppress(Refused):
        said = works.client.read_bytes(works.locate(node, "console"))
        return said[-_TAIL:].decode("utf-8", "replace")
    return ""


def remove(client: Client, tag: Tag) -> bool:
    """Remove everything of a bench, found by its tag; tell whether there was something."""
    projects = [
        each for each in inventory.list_projects(client, tag.instance) if tag.holds(each.tag)
    ]
    for project in projects:
        for machine in inventory.list_machines(client, project.name):
            remove_machine(client, machine)
        _remove_volumes(client, project)
        client.change("DELETE", locate("projects", project.name))
    networks = [
        each.name for each in inventory.list_networks(client, tag.instance) if tag.holds(each.tag)
    ]
    for name in networks:
        with clusters.alone(client.deadline):
            _remove_network(client, name)
    return bool(projects or networks)


def _remove_volumes(client: Client, project: Project) -> None:
    """Remove the discs of a project: those of a Windows that did not come to use it."""
    found = client.read(locate("projects", project.name))
    for path in found.get("used_by") or ():
        parts = PurePosixPath(unquote(urlsplit(str(path)).path)).parts
        if parts[:3] == _POOLS and parts[4:6] == ("volumes", "custom"):
            where = {"project": project.name, "target": project.member}
            client.change("DELETE", locate(*parts[2:], **where))


def remove_machine(client: Client, machine: Machine) -> None:
    """Remove a machine with its snapshots, whatever it does."""
    if not machine.is_stopped:
        _end(client, machine)
    if not until(partial(_delete, client, machine), client.deadline.before(1.0), every_s=1.0):
        said = _("Incus est encore occupé à créer ou à démarrer la machine « %(name)s »")
        raise ProviderError(said % {"name": machine.name}, hint="incus operation list")


def _end(client: Client, machine: Machine) -> None:
    path = locate("instances", machine.name, "state", project=machine.project)
    client.change("PUT", path, {"action": "stop", "force": True})


def _delete(client: Client, machine: Machine) -> bool:
    """Remove a machine; False while Incus makes or starts it for a labctl that was killed."""
    try:
        client.change("DELETE", locate("instances", machine.name, project=machine.project))
    except Refused as exc:
        if _STARTED in exc.message:
            with suppress(Refused):  # a start that fails ends it first; if not, it is asked again
                _end(client, machine)
        elif _BUSY not in exc.message:
            raise
        return False
    return True


def _set_state(works: Works, node: NodeName, action: str) -> None:
    wanted = _BECOMES[action]
    found = _read_state(works, node)
    if found == wanted:
        return
    if (action, found) == ("start", _PAUSED):
        action = "unfreeze"
    try:
        body = {"action": action, "force": True}
        works.client.change("PUT", works.locate(node, "state"), body)
    except Forgotten:
        if _read_state(works, node) != wanted:
            raise


def _read_state(works: Works, node: NodeName) -> str:
    found = works.client.read(works.locate(node))
    return str(found.get("status", "")) if isinstance(found, dict) else ""


def _read_log(works: Works, path: str, cap: int) -> str:
    """Return what a command said, and remove it."""
    where = f"{path}?project={works.tag.project}"
    content = works.client.read_bytes(where, cap=cap)
    works.client.change("DELETE", where)
    return content.decode("utf-8", "replace")


def _make_unless_there(client: Client, path: str, body: Mapping[str, object]) -> None:
    try:
        client.change("POST", path, body)
    except Refused as exc:
        if exc.code != _CONFLICT:
            raise
