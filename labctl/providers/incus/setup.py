"""What the Incus provider needs: layers made on this machine, and clusters that are well."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.base import Finding
from labctl.providers.incus import clusters, inventory
from labctl.providers.incus.client import Client, locate
from labctl.providers.incus.placement import Member
from labctl.providers.incus.rooms import IncusCluster
from labctl.providers.roles import layers
from labctl.providers.works import doctor, images
from labctl.spec.hosting import Host

_LOOK_S = 30.0
_COPIES_ON_WRITE = ("btrfs", "zfs", "lvm", "ceph")
_LEAST_VERSION = (6, 0)


class IncusSetup:
    """Prepares a machine for the benches of a cluster: labctl makes images, Incus keeps them."""

    def examine(self, hosts: Sequence[Host]) -> Iterator[Finding]:
        """Look at what this machine needs, then at each cluster of a room."""
        yield from doctor.look_here()
        for host in hosts:
            if isinstance(host, IncusCluster):
                yield from _look_at(host)

    def build_images(self, plans: Sequence[Plan], report: Report, deadline: Deadline) -> int:
        """Build the layers that are missing for some plans; return how many they need."""
        wanted = images.find_layers(plans)
        images.build(wanted.values(), report, deadline)
        return len(wanted)

    def list_needed(self, plans: Sequence[Plan]) -> Mapping[str, str]:
        """Return the role of each layer that some plans need, by name."""
        return {name: layer.role for name, layer in images.find_layers(plans).items()}

    def list_built(self) -> Mapping[str, str]:
        """Return the same of the layers that are there."""
        return images.list_built()

    def prune(self, kept: Collection[str]) -> tuple[str, ...]:
        """Remove the layers that are neither kept nor in use."""
        return layers.prune(kept)


def _look_at(host: IncusCluster) -> Iterator[Finding]:
    """Look at a cluster: its members, what is left of each, where machines are kept."""
    name = _("grappe %(host)s") % {"host": host.name}
    cluster = clusters.read(host.own)
    try:
        limit = Deadline.after(_LOOK_S * host.patience)
        with clusters.open_cluster(cluster, limit) as client:
            yield _look_at_version(name, client)
            yield _look_at_pool(name, client, cluster.pool)
            members = inventory.list_members(client, cluster.pool)
            for member in members:
                yield _look_at_member(name, member)
            yield _look_for_kvm(name, members)
    except ProviderError as exc:
        yield Finding(name, ok=False, found=exc.message, hint=exc.hint)


def _look_at_version(name: str, client: Client) -> Finding:
    about = client.read("/1.0").get("environment", {})
    version = str(about.get("server_version", ""))
    numbers = tuple(int(each) for each in version.split(".")[:2] if each.isdecimal())
    hint = _("Incus 6.0 de Debian 13, ou plus récent")
    return Finding(name, numbers >= _LEAST_VERSION, f"Incus {version}", hint)


def _look_at_pool(name: str, client: Client, pool: str) -> Finding:
    driver = str(client.read(locate("storage-pools", pool)).get("driver", ""))
    hint = _("chaque machine y est une copie entière : préférez btrfs ou zfs")
    title = _("%(cluster)s : réserve %(pool)s") % {"cluster": name, "pool": pool}
    return Finding(title, driver in _COPIES_ON_WRITE, driver, hint)


def _look_for_kvm(name: str, members: Sequence[Member]) -> Finding:
    """Tell which members run virtual machines: a real Windows wants one, and nothing else does."""
    title = _("%(cluster)s : virtualisation matérielle") % {"cluster": name}
    able = ", ".join(each.name for each in members if each.has_kvm)
    return Finding(title, ok=True, found=able or _("aucun membre : pas de vrai Windows"))


def _look_at_member(name: str, member: Member) -> Finding:
    title = _("%(cluster)s : membre %(member)s") % {"cluster": name, "member": member.name}
    if member.is_evacuated:
        hint = f"incus cluster restore {member.name}"
        return Finding(title, ok=False, found=_("évacué"), hint=hint)
    if not member.is_online:
        hint = _("incus cluster list, sur un membre")
        return Finding(title, ok=False, found=_("ne répond pas"), hint=hint)
    left = member.unused
    found = _("il reste %(memory)d Mio de mémoire, %(disk)d Mio de disque, %(cpus)d processeurs")
    values = {"memory": left.memory_mib, "disk": left.disk_mib, "cpus": left.cpus}
    return Finding(title, ok=left.memory_mib > 0 and left.disk_mib > 0, found=found % values)
