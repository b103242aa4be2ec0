"""What a domain controller is told, and what the layer of its domain is made of."""

from labctl.api import Node, Plan, derive_domain_sid

LEAVER_GROUPS = ("GG_ARCHIVES",)
"""Groups that the account which leaves is a member of when the candidate comes."""


def domain(plan: Plan, _node: Node) -> str:
    """Return the domain that it holds."""
    return plan.directory.domain


def parameters(plan: Plan, _node: Node) -> dict[str, object]:
    """Return what the start program sets on a clone of the domain."""
    return {
        "netbios": plan.directory.netbios,
        "base_dn": plan.directory.base_dn,
        "forwarder": str(plan.internet.dns),
        "audit_account": plan.management.account,
        "member": plan.files.hostname,
        "leaver": plan.directory.leaver.login,
    }


def certificate_names(plan: Plan, _node: Node) -> tuple[str, ...]:
    """Return the name of the domain, by which clients look for its directory."""
    return (plan.directory.domain,)


def layer(plan: Plan, node: Node) -> dict[str, object]:
    """Return what the domain is provisioned with: it depends on the variant alone."""
    directory = plan.directory
    leaver = directory.leaver
    return {
        "domain": directory.domain,
        "netbios": directory.netbios,
        "sid": derive_domain_sid(directory.domain),
        "hostname": node.hostname,
        "address": str(node.interfaces[0].address),
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
            "groups": list(LEAVER_GROUPS),
        },
        "gpos": [
            {"name": gpo.name, "values": gpo.values, "drives": list(gpo.drives)}
            for gpo in directory.gpos
        ],
    }


def _hosts(plan: Plan) -> dict[str, str]:
    names = [plan.files.hostname]
    suffix = f".{plan.directory.domain}"
    if plan.files.intranet.endswith(suffix):
        names.append(plan.files.intranet.removesuffix(suffix))
    return {name: str(plan.files.address) for name in names}
