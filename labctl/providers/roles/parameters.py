"""What a role's start program is told beside its addresses: pure functions of the plan."""

import hashlib
from collections.abc import Callable, Mapping

from labctl.plan.model import Link, Node, Plan

Parameters = dict[str, object]

SECRETS: Mapping[str, tuple[str, ...]] = {
    "dc": ("domain_admin_password", "domain_audit_password", "nas_machine_password"),
    "nas": ("nas_machine_password",),
    "windows-standin": ("windows_audit_password",),
    "windows-11": ("windows_audit_password",),
    "windows-server": (
        "domain_admin_password",
        "domain_audit_password",
        "domain_restore_password",
        "nas_machine_password",
    ),
}
"""Secrets a role is given in secrets.json: new random ones at each reset."""

TLS_NAMES: Mapping[str, Callable[[Plan], tuple[str, ...]]] = {
    "dc": lambda plan: (plan.directory.domain,),
    "windows-server": lambda plan: (plan.directory.domain,),
    "nas": lambda plan: (plan.files.intranet,) if plan.files.intranet else (),
    "internet": lambda plan: (plan.internet.canary_name, str(plan.internet.canary)),
}
"""Names and addresses a role's certificate has beside its node's own."""

_LEAVER_GROUPS = ("GG_ARCHIVES",)
_FACTORY_HOSTNAME = "poste"


def domain(plan: Plan) -> Parameters:
    """Return what the domain's layer is provisioned with; depends on the variant alone."""
    directory = plan.directory
    controller = plan.nodes[directory.node]
    leaver = directory.leaver
    return {
        "domain": directory.domain,
        "netbios": directory.netbios,
        "sid": domain_sid(directory.domain),
        "hostname": controller.hostname,
        "address": str(controller.interfaces[0].address),
        "forwarder": str(plan.internet.dns),
        "audit_account": plan.management.account,
        "member": plan.files.hostname,
        "hosts": _hosts(plan),
        "leaver": {
            "login": leaver.login,
            "upn": leaver.upn,
            "given_name": leaver.given_name,
            "surname": leaver.surname,
            "display_name": leaver.display_name,
            "groups": list(_LEAVER_GROUPS),
        },
        "gpos": [
            {"name": gpo.name, "values": gpo.values, "drives": list(gpo.drives)}
            for gpo in directory.gpos
        ],
    }


def domain_sid(name: str) -> str:
    """Return the SID of a domain: always the same for its name, members are joined apart."""
    digest = hashlib.sha256(name.lower().encode()).digest()
    parts = (int.from_bytes(digest[i : i + 4], "big") for i in (0, 4, 8))
    return "S-1-5-21-" + "-".join(str(part) for part in parts)


def _hosts(plan: Plan) -> dict[str, str]:
    names = [plan.files.hostname]
    suffix = f".{plan.directory.domain}"
    if plan.files.intranet.endswith(suffix):
        names.append(plan.files.intranet.removesuffix(suffix))
    return {name: str(plan.files.address) for name in names}


def _dc(plan: Plan, _node: Node) -> Parameters:
    return {
        "netbios": plan.directory.netbios,
        "base_dn": plan.directory.base_dn,
        "forwarder": str(plan.internet.dns),
        "audit_account": plan.management.account,
        "member": plan.files.hostname,
        "leaver": plan.directory.leaver.login,
    }


def _nas(plan: Plan, _node: Node) -> Parameters:
    controller = plan.nodes[plan.directory.node]
    return {
        "netbios": plan.directory.netbios,
        "sid": domain_sid(plan.directory.domain),
        "controller": controller.hostname,
        "controller_address": str(_address(controller)),
        "intranet": plan.files.intranet,
        "company": plan.company,
    }


def _router(plan: Plan, _node: Node) -> Parameters:
    return {"wan": plan.router.wan_interface, "lan": plan.router.lan_interface}


def _internet(plan: Plan, _node: Node) -> Parameters:
    upstream = plan.internet
    return {
        "wan": str(upstream.gateway),
        "wan_first": str(upstream.wan.network_address + 100),
        "wan_last": str(upstream.wan.network_address + 199),
        "dns": str(upstream.dns),
        "canary": str(upstream.canary),
        "canary_name": upstream.canary_name,
    }


def _host(plan: Plan, node: Node) -> Parameters:
    links = [link for link in plan.links if link.a.node == node.name]
    bridges = [
        {
            "name": trunk.host_switch,
            "trunk": trunk.a.interface,
            "native_vid": trunk.native_vid,
            "ports": _ports(links, trunk.host_switch),
        }
        for trunk in links
        if trunk.vid == 0
    ]
    return {"bridges": bridges}


def _ports(links: list[Link], host_switch: str) -> dict[str, int]:
    return {
        link.a.interface: link.vid for link in links if link.vid and link.host_switch == host_switch
    }


def _workstation(plan: Plan, _node: Node) -> Parameters:
    return {"factory_hostname": _FACTORY_HOSTNAME, "timezone": plan.workstation.timezone}


def _printer(plan: Plan, _node: Node) -> Parameters:
    return {"queue": plan.printer.queue}


def _access_point(plan: Plan, _node: Node) -> Parameters:
    return {"company": plan.company}


def _nothing(_plan: Plan, _node: Node) -> Parameters:
    return {}


def _address(node: Node) -> object:
    address = node.interfaces[0].address
    return address.ip if address else None


PARAMETERS: Mapping[str, Callable[[Plan, Node], Parameters]] = {
    "dc": _dc,
    "nas": _nas,
    "router": _router,
    "internet": _internet,
    "host": _host,
    "workstation-linux": _workstation,
    "windows-standin": _workstation,
    "windows-11": _workstation,
    "printer": _printer,
    "access-point": _access_point,
    "switch": _nothing,
    "vantage": _nothing,
    "probe": _nothing,
}
"""Role → what its node.json holds under ``parameters``."""
