"""What a domain controller is told, and what the layer of its domain is made of."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.group_policy.demand import Policies
from checks.intranet.demand import Intranet
from checks.mail.demand import Mail
from checks.shares.demand import Shares
from checks.tickets.demand import Tickets
from labctl.api import Node, NodeName, Plan, derive_domain_sid

LEAVER_GROUPS = ("GG_ARCHIVES",)
"""Groups that the account which leaves is a member of when the candidate comes."""


def domain(plan: Plan, _node: Node) -> str:
    """Return the domain that it holds."""
    return plan.demand(Directory).domain


def parameters(plan: Plan, _node: Node) -> dict[str, object]:
    """Return what the start program sets on a clone of the domain."""
    directory = plan.demand(Directory)
    return {
        "netbios": directory.netbios,
        "base_dn": directory.base_dn,
        "forwarder": str(plan.internet.dns),
        "audit_account": plan.management.account,
        "member": _find_member(plan),
        "leaver": directory.leaver.login,
    }


def certificate_names(plan: Plan, _node: Node) -> tuple[str, ...]:
    """Return the name of the domain, by which clients look for its directory."""
    return (plan.domain,)


def layer(plan: Plan, node: Node) -> dict[str, object]:
    """Return what the domain is provisioned with: it depends on the variant alone."""
    directory = plan.demand(Directory)
    leaver, policies = directory.leaver, plan.find(Policies)
    return {
        "domain": directory.domain,
        "netbios": directory.netbios,
        "sid": derive_domain_sid(directory.domain),
        "hostname": node.hostname,
        "address": str(node.interfaces[0].address),
        "forwarder": str(plan.internet.dns),
        "audit_account": plan.management.account,
        "member": _find_member(plan),
        "hosts": dict(_list_hosts(plan)),
        "leaver": {
            "login": leaver.login,
            "upn": leaver.upn,
            "given_name": leaver.given_name,
            "surname": leaver.surname,
            "display_name": leaver.display_name,
            "groups": list(LEAVER_GROUPS),
        },
        "gpos": [
            {"name": gpo.name, "values": gpo.values, "drives": list(gpo.rules.drives)}
            for gpo in (policies.gpos if policies else ())
        ],
    }


def _find_member(plan: Plan) -> str:
    """Return the name of the file server, which is delivered as a member of the domain."""
    shares = plan.find(Shares)
    return plan.nodes[shares.on].hostname if shares else ""


def _list_hosts(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield names of the domain with their address: files, the intranet page, mail, tickets."""
    shares, intranet, mail = plan.find(Shares), plan.find(Intranet), plan.find(Mail)
    tickets = plan.find(Tickets)
    suffix = f".{plan.domain}"
    if shares:
        yield plan.nodes[shares.on].hostname, _address_of(plan, shares.on)
    if intranet and intranet.host.endswith(suffix):
        yield intranet.host.removesuffix(suffix), _address_of(plan, intranet.on)
    if mail and mail.hosted_on and mail.server.endswith(suffix):
        yield mail.server.removesuffix(suffix), _address_of(plan, mail.hosted_on)
    if tickets and tickets.hosted_on and tickets.host.endswith(suffix):
        yield tickets.host.removesuffix(suffix), _address_of(plan, tickets.hosted_on)


def _address_of(plan: Plan, name: NodeName) -> str:
    address = plan.nodes[name].interfaces[0].address
    return str(address.ip if address else None)
