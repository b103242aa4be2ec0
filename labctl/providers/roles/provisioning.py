"""Domain layers: run a role's ``provision`` program once, keep what it wrote."""

import json
import shutil
from pathlib import Path

from labctl.core import paths, store
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.regular import read_end
from labctl.providers.namespaces import processes, runtime
from labctl.providers.namespaces.runtime import Cable, Launch, Startup
from labctl.providers.roles.layers import Layer
from labctl.spec.kind import load_kind

_NODE = NodeName("provision")
_LEFT_OUT = ("etc/labctl/domain.json", "run", "tmp", "dev", "proc", "sys", "etc/hosts")
_LOG_TAIL = 3000


def provision(layer: Layer, place: Path, deadline: Deadline) -> None:
    """Start a throw-away node on the layers below and let it write the domain into ``rootfs``."""
    domain = json.loads(layer.domain)
    node = place / "node"
    upper = node / "upper"
    store.write_json(upper / "etc/labctl/domain.json", domain)
    _write_names(upper, domain)
    launch = Launch(
        name=_NODE,
        hostname=domain["hostname"],
        layers=tuple(each.root for each in reversed(layer.below)),
        folder=node,
        program=layer.template.kind.provision or "",
        spec=layer.name,
        volatile=True,
        keeps=load_kind(layer.role).keeps,
    )
    cable = Cable(_NODE, "eth0", "02:00:00:00:00:01", _NODE, "far0", "02:00:00:00:00:02")
    lines = (
        "link set lo up",
        "link set far0 up",
        f"addr add {domain['address']} dev eth0",
        "link set eth0 up",
    )
    startup = Startup((launch,), {}, (cable,), ((_NODE, lines),))
    instance = processes.instance_of(paths.cache_dir())
    codes = runtime.run_to_end(startup, instance, layer.name, deadline)
    shutil.copy(launch.log, place / "log")
    if codes[_NODE] != 0:
        said = read_end(launch.log, _LOG_TAIL)
        failed = _("code de sortie %(code)d : %(command)s")
        values = {"code": codes[_NODE], "command": launch.program}
        raise CommandError(f"{failed % values}\n{said}")
    _keep(upper, place / "rootfs")
    shutil.rmtree(node)


def _write_names(upper: Path, domain: dict[str, str]) -> None:
    address = domain["address"].partition("/")[0]
    host = domain["hostname"].lower()
    hosts = f"127.0.0.1 localhost\n{address} {host}.{domain['domain']} {host}\n"
    store.write_bytes(upper / "etc/hosts", hosts.encode(), mode=0o644)
    store.write_bytes(upper / "etc/hostname", f"{domain['hostname']}\n".encode(), mode=0o644)
    for folder in ("etc", "etc/labctl"):
        (upper / folder).chmod(0o755)


def _keep(upper: Path, rootfs: Path) -> None:
    for name in _LEFT_OUT:
        store.remove(upper / name)
    rootfs.rmdir()
    upper.rename(rootfs)
