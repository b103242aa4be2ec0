"""What labctl has on a cluster, read from tags and never from a file; what the cluster has left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.untrusted import one_line
from labctl.core.wait import until
from labctl.providers.incus import layout
from labctl.providers.incus.client import Client, Refused, locate
from labctl.providers.incus.layout import TAG, Tag
from labctl.providers.incus.placement import Member
from labctl.spec.hosting import CPUS_PER_CORE, Need

_LIST_CAP_BYTES = 32 << 20
"""Of one list: a thousand machines with their state are a few MiB."""
_SILENCE_S = 10.0
"""How long a member may leave a question about its machines without an answer."""
_KEPT = Need(256, 1024, 0)
"""Of a member, left to its own system."""
_MIB = 1 << 20
_KVM = "qemu"
"""What Incus calls its driver of virtual machines, which a member without /dev/kvm has not."""
_LOST = "Error"
_STOPPED = ("Stopped", _LOST)
"""States of an instance that Incus does not take for running: it deletes no other."""
_FORBIDDEN = 403
"""What Incus answers to who may not ask."""
_ONLINE, _EVACUATED, _CREATED, _ERRORED = "Online", "Evacuated", "Created", "Errored"


@dataclass(frozen=True, slots=True)
class Project:
    """The project of a bench, the member that the bench is on, and what is under way there.

    ``plan`` is the digest of the plan that it was built from; ``nodes`` are those that ``phase``
    is about.
    """

    tag: Tag
    name: str
    member: str
    need: Need
    phase: str = ""
    plan: str = ""
    nodes: tuple[NodeName, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """A network of a bench; one that is not whole was made on some members only.

    It is broken when that failed, and not only begun.
    """

    tag: Tag
    name: str
    is_whole: bool
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of a bench; one that is paused neither runs nor is stopped."""

    tag: Tag
    project: str
    name: str
    member: str
    is_running: bool
    config: Mapping[str, object]
    devices: Mapping[str, Mapping[str, str]]
    is_stopped: bool = False


def list_projects(client: Client, instance: str) -> tuple[Project, ...]:
    """Return the projects that carry the tag of this installation, whatever they are called."""
    found = []
    for each in _list_objects(client, "projects"):
        name, config = str(each.get("name", "")), _read_config(each)
        tag = layout.read_tag(config)
        if tag is not None and tag.instance == instance:
            member, phase, plan, nodes = (
                str(config.get(f"{TAG}{word}", "")) for word in ("member", "phase", "plan", "nodes")
            )
            need = layout.read_need(config)
            about = tuple(map(NodeName, nodes.split()))
            found.append(Project(tag, name, member, need, phase, plan, about))
    return tuple(found)


def list_machines(client: Client, project: str | None = None) -> tuple[Machine, ...]:
    """Return the machines of a project that carry a tag, of all projects when none is named.

    A project that keeps having some on a member which does not answer is refused: Incus lists them
    by their name alone, without the tag that says whose they are.
    """
    scope = {"all-projects": "true"} if project is None else {"project": project}
    path = locate("instances", recursion="1", **scope)
    found: list[dict[str, Any]] = []

    def is_told() -> bool:
        found[:] = _require_list(client.read(path, cap=_LIST_CAP_BYTES))
        return project is None or not any(map(_is_lost, found))

    if not until(is_told, client.deadline.within(_SILENCE_S), every_s=0.5):
        lost = next(filter(_is_lost, found))
        said = _("le membre « %(member)s » de la grappe ne répond pas ; s'y trouve : %(machine)s")
        words = {"member": lost.get("location", ""), "machine": lost.get("name", "")}
        told = {name: one_line(str(word)) for name, word in words.items()}
        raise ProviderError(said % told, hint=_("incus cluster list, sur un membre"))
    return tuple(_read_machines(found))


def _is_lost(found: Mapping[str, Any]) -> bool:
    return found.get("status") == _LOST and not _read_config(found)


def list_networks(client: Client, instance: str) -> tuple[Network, ...]:
    """Return the networks of this installation, those included whose making was interrupted."""
    found = []
    for each in _list_objects(client, "networks"):
        name = str(each.get("name", ""))
        is_whole = each.get("status") == _CREATED
        tag = layout.read_tag(_read_config(each)) if is_whole else layout.read_network_name(name)
        if tag is not None and tag.instance == instance:
            found.append(Network(tag, name, is_whole, each.get("status") == _ERRORED))
    return tuple(found)


def list_members(client: Client, pool: str) -> tuple[Member, ...]:
    """Return what each member of the cluster offers: three questions for each that is online."""
    path = locate("cluster", "members", recursion="1")
    states = [
        (str(each.get("server_name", "")), each.get("status"))
        for each in _require_list(client.read(path))
    ]
    return tuple(
        _read_member(client, name, pool)
        if status == _ONLINE
        else _leave_out(name, is_evacuated=status == _EVACUATED)
        for name, status in states
    )


def _leave_out(name: str, *, is_evacuated: bool = False) -> Member:
    nothing = Need(0, 0, 0)
    return Member(name, nothing, nothing, is_online=False, is_evacuated=is_evacuated)


def _read_member(client: Client, name: str, pool: str) -> Member:
    try:
        machine = client.read(locate("resources", target=name))
        about = client.read(f"/1.0?{urlencode({'target': name})}")
        space = client.read(locate("storage-pools", pool, "resources", target=name))["space"]
        memory, threads = machine["memory"], int(machine["cpu"]["total"])
        total = Need(
            int(memory["total"]) // _MIB,
            int(space["total"]) // _MIB,
            threads * CPUS_PER_CORE,
        )
        used = Need(int(memory["used"]) // _MIB, int(space["used"]) // _MIB, 0)
    except Refused as exc:
        if exc.code == _FORBIDDEN:
            raise
        return _leave_out(name)  # it lost its power, and the cluster has not noticed yet
    except (KeyError, TypeError, ValueError) as exc:
        said = _(
            "Incus ne dit pas ce que le membre « %(name)s » a de mémoire, de disque et de cœurs"
        )
        raise ProviderError(said % {"name": name}) from exc
    drivers = str((about.get("environment") or {}).get("driver", "")).split(" | ")
    return Member(name, total.minus(_KEPT), total.minus(used), has_kvm=_KVM in drivers)


def _list_objects(client: Client, what: str) -> list[dict[str, Any]]:
    return _require_list(client.read(locate(what, recursion="1"), cap=_LIST_CAP_BYTES))


def _read_config(found: Mapping[str, Any]) -> Mapping[str, object]:
    config = found.get("config")
    return config if isinstance(config, dict) else {}


def _read_machines(found: list[dict[str, Any]]) -> Iterator[Machine]:
    for each in found:
        config = _read_config(each)
        tag = layout.read_tag(config)
        if tag is not None:
            yield Machine(
                tag=tag,
                project=str(each.get("project", "")),
                name=str(each.get("name", "")),
                member=str(each.get("location", "")),
                is_running=each.get("status") == "Running",
                config=config,
                devices=each.get("devices") or {},
                is_stopped=each.get("status") in _STOPPED,
            )


def _require_list(found: object) -> list[dict[str, Any]]:
    if isinstance(found, list) and all(isinstance(each, dict) for each in found):
        return found
    raise ProviderError(_("Incus ne répond pas par une liste là où il en faut une"))
