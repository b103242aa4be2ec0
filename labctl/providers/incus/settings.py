"""The settings of an instance: what it may do and take on its member (pure)."""

from labctl.plan.model import Node
from labctl.spec.kind import load_kind

_DENIED = (
    "socket errno 1 [0,40,SCMP_CMP_EQ]",  # AF_VSOCK: the hypervisor of the member
    "madvise errno 1 [2,100,SCMP_CMP_EQ]",  # MADV_HWPOISON: memory taken away from the kernel
)
"""What no user namespace confines, refused (EPERM) by the filter that Incus lays."""
_EVACUATION = "cluster.evacuate"
"""What becomes of a machine whose member is evacuated ("Instance options", in Incus's
documentation): it waits there, stopped."""
_BOUNDS = {"limits.memory": "2GiB", "limits.processes": "4096"}
"""What a machine may take of its member: several times what any kind needs, and never all of it."""
LATER_SETTINGS = frozenset({_EVACUATION, *_BOUNDS})
"""Settings that machines of an older labctl were made without."""
_OF_ALL = {
    "boot.autostart": "false",
    _EVACUATION: "stop",  # moved, each would go where there is room, and cables end at a member
}
CONTAINER_SETTINGS = {
    **_OF_ALL,
    "security.idmap.isolated": "true",  # no two machines share a user of the member
    # As many as a domain controller wants: Samba gives the domain's accounts 3000000 to 4000000.
    "security.idmap.size": str(1 << 22),
    "security.syscalls.deny": "\n".join(_DENIED),
    **_BOUNDS,
    # What its first program is given, as on the embedded bench: Incus gives it nothing.
    "environment.PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "environment.HOME": "/root",
    "environment.LANG": "C.UTF-8",
}


def list_settings(node: Node) -> dict[str, str]:
    """Return the settings that the instance of a machine is made with, without its tag."""
    kind = load_kind(node.kind)
    if kind.master is None or kind.budget is None:
        return CONTAINER_SETTINGS
    return {
        **_OF_ALL,
        "limits.cpu": str(kind.budget.vcpus),
        "limits.memory": f"{kind.budget.memory_mib}MiB",
        "security.secureboot": "true",  # its master was installed so
    }
