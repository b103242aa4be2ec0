"""The node that connections to a bench lead through: what it is made of, and its start."""

import json
from pathlib import Path

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import Report
from labctl.core.wait import until
from labctl.plan.placement import ENTRANCE
from labctl.providers.base import WayIn
from labctl.providers.doors import depot
from labctl.providers.namespaces import processes, runtime
from labctl.providers.namespaces.bench import Bench, instance
from labctl.providers.namespaces.processes import GATE, Process
from labctl.providers.namespaces.runtime import Launch, Startup
from labctl.providers.roles import builder, layers, trust
from labctl.providers.roles.layers import Layer
from labctl.spec.kind import load_chain, load_kind

MENU_UID, DEPOT_UID = 22000, 23000
"""Plus the number of the bench: limits of processes are counted by account, for all benches."""
HOST_KEY = "entrance_key"
"""What the host key of a way in is called among the secrets of its bench."""
_READY_S = 20.0


def list_layers() -> tuple[Layer, ...]:
    """Return the layers that every way in stands on, the lowest first."""
    return layers.resolve(load_chain(ENTRANCE))


def scan(place: Bench) -> dict[str, Process]:
    """Return what runs of the way in of a bench: its node, and the gate in front of it."""
    found = processes.scan(instance(), place.name)
    return {each.node: each for each in found if each.node in (processes.ENTRANCE, GATE)}


def start(place: Bench, way_in: WayIn, digest: str, report: Report, deadline: Deadline) -> Process:
    """Start the node that connections lead through, and wait until it is ready."""
    stack = list_layers()
    builder.build(stack, report, deadline)
    folder = place.way_in / "node"
    store.remove(folder)
    _write_files(place, folder / "upper" / "etc" / "labctl", way_in)
    _write_waiting(folder / "upper" / depot.FOLDER.relative_to("/"), way_in)
    launch = Launch(
        name=NodeName(processes.ENTRANCE),
        hostname=way_in.menu,
        layers=tuple(each.root for each in reversed(stack)),
        folder=folder,
        program=load_kind(ENTRANCE).start or "",
        spec=digest,
        volatile=True,
    )
    runtime.start(Startup((launch,), {}), instance(), place.name, deadline)
    entrance = scan(place).get(processes.ENTRANCE)
    ready = Path(f"/proc/{entrance.pid if entrance else 0}/root/run/labctl/ready")
    if entrance is None or not until(ready.exists, deadline.within(_READY_S)):
        said = _("l'entrée du banc %(bench)s n'a pas démarré") % {"bench": place.name}
        raise ProviderError(said, hint=_("voir %(log)s") % {"log": launch.log})
    return entrance


def _write_files(place: Bench, folder: Path, way_in: WayIn) -> None:
    """Write what the node is given: its words, the code, its host key."""
    key = _host_key(place)
    secret = json.dumps({"access_code": way_in.code.reveal()})
    store.write_json(folder / "entry.json", describe(way_in, place.number), mode=0o644)
    store.write_bytes(folder / "secrets.json", secret.encode())
    store.write_bytes(folder / "ssh_host_ed25519_key", key)
    _open_up(folder)
    here = Path("/etc/localtime")
    if here.exists():
        store.write_bytes(folder.parent / "localtime", here.read_bytes(), mode=0o644)


def _write_waiting(folder: Path, way_in: WayIn) -> None:
    """Write the files that wait for the candidate: theirs to read, beside what they hand in."""
    for at, content in way_in.files.items():
        store.write_bytes(folder / at, content, mode=0o444)
        _open_up((folder / at).parent)


def _open_up(folder: Path) -> None:
    """Let the accounts of the way in go through a folder of its root."""
    for each in (folder, *folder.parents[: folder.parts[::-1].index("upper") + 1]):
        each.chmod(0o755)


def describe(way_in: WayIn, bench: int) -> dict[str, object]:
    """Return what the menu is told: entry.json of the node."""
    return {
        "menu": {"name": way_in.menu, "uid": MENU_UID + bench},
        "depot": {"name": way_in.depot, "uid": DEPOT_UID + bench},
        "title": way_in.title,
        "about": way_in.about,
        "subject": way_in.subject,
        "notices": way_in.notices,
        "words": dict(way_in.words),
        "machines": [{"name": each.name, "title": each.title} for each in way_in.machines],
        "restarts": [
            {"name": name, "title": title}
            for name, title in (way_in.restart.machines if way_in.restart else {}).items()
        ],
    }


def _host_key(place: Bench) -> bytes:
    """Return the host key of the way in: the same as long as the bench is, or nobody trusts it."""
    path = place.secrets / HOST_KEY
    if not path.exists():
        drawn = trust.draw_key()
        store.write_bytes(place.secrets / f"{HOST_KEY}.pub", drawn.public.encode())
        store.write_bytes(path, drawn.private)
    return store.read_bytes(path)
