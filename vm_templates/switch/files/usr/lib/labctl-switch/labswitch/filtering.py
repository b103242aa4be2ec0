"""Access lists and the isolation of the management network as nftables rules."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from ipaddress import IPv4Network

from labswitch.acl import ANY_WILDCARD, HOST_WILDCARD, ICMP_TYPES, PROTOCOLS, Acl, Addresses, Entry
from labswitch.config import Config
from labswitch.dataplane import svi_name
from labswitch.ports import PortMatch
from labswitch.process import run

TABLE = "labctl"
_DENY_FILTER = "counter reject with icmp admin-prohibited"
_DENY_CLASS = "counter reject with tcp reset"
_SERVICES = "tcp dport { 22, 23 }"


def chain_name(name: str, purpose: str) -> str:
    """Return the chain of an access list: a digest, since its name may be any word."""
    return f"{purpose}_{sha256(name.encode()).hexdigest()[:16]}"


def plan(
    config: Config, ports: Mapping[int, str], management: str, network: IPv4Network
) -> dict[str, list[str]]:
    """Return the chains, each a list of rules, that a configuration asks for."""
    quoted = ", ".join(f'"{name}"' for name in ports.values())
    drop_ports = f"iifname {{ {quoted} }} drop"
    chains: dict[str, list[str]] = {}
    for acl in _filters(config):
        chains[chain_name(acl.name, "acl")] = [*_rules(acl, _DENY_FILTER)]
    class_acl = access_class(config)
    if class_acl is not None:
        chains[chain_name(class_acl.name, "class")] = [*_rules(class_acl, _DENY_CLASS)]
    chains["prerouting"] = [
        _hook("prerouting", -150),
        f'iifname "{management}" accept',
        drop_ports,
        *(
            f'iifname "{svi_name(svi.vlan)}" jump {chain_name(svi.acl_in, "acl")}'
            for svi in config.svis.values()
            if svi.acl_in in config.acls
        ),
    ]
    chains["input"] = [
        _hook("input", 0),
        f'iifname {{ "lo", "{management}" }} accept',
        f"ip daddr {network} drop",
        *([f"{_SERVICES} jump {chain_name(class_acl.name, 'class')}"] if class_acl else []),
    ]
    chains["forward"] = [
        _hook("forward", 0),
        f'iifname "{management}" drop',
        f'oifname "{management}" drop',
        *(
            f'oifname "{svi_name(svi.vlan)}" jump {chain_name(svi.acl_out, "acl")}'
            for svi in config.svis.values()
            if svi.acl_out in config.acls
        ),
    ]
    return chains


def access_class(config: Config) -> Acl | None:
    """Return the list that protects the first terminal that listens, if it exists."""
    line = next((line for line in config.vty if line.transport), None)
    return config.acls.get(line.access_class) if line else None


def _filters(config: Config) -> Iterator[Acl]:
    used = {name for svi in config.svis.values() for name in (svi.acl_in, svi.acl_out)}
    return (acl for name, acl in config.acls.items() if name in used)


def _hook(name: str, priority: int) -> str:
    return f"type filter hook {name} priority {priority}; policy accept;"


def _rules(acl: Acl, deny: str) -> Iterator[str]:
    entries = [entry for entry in acl.entries if not entry.remark]
    for entry in entries:
        verdict = "counter accept" if entry.permit else deny
        yield f'{_match(entry)} {verdict} comment "{entry.sequence}"'.lstrip()
    if entries:  # a list without entries lets everything through
        yield deny


def _match(entry: Entry) -> str:
    """Return the conditions of an entry, the protocol first: ports have no meaning without it."""
    number = PROTOCOLS[entry.protocol]
    parts = [
        "" if number is None else f"meta l4proto {number}",
        _addresses("saddr", entry.source),
        _ports(entry.protocol, "sport", entry.source_port),
        _addresses("daddr", entry.destination),
        _ports(entry.protocol, "dport", entry.destination_port),
        _icmp(entry.icmp),
        "tcp flags & (ack | rst) != 0" if entry.established else "",
    ]
    return " ".join(part for part in parts if part)


def _addresses(field: str, addresses: Addresses) -> str:
    if addresses.wildcard == ANY_WILDCARD:
        return ""
    if addresses.wildcard == HOST_WILDCARD:
        return f"ip {field} {addresses.address}"
    mask = type(addresses.wildcard)(0xFFFFFFFF ^ int(addresses.wildcard))
    return f"ip {field} & {mask} == {addresses.address}"


def _ports(protocol: str, field: str, match: PortMatch | None) -> str:
    if match is None:
        return ""
    ports = match.ports
    spelled = {
        "eq": f"{{ {', '.join(map(str, ports))} }}",
        "neq": f"!= {{ {', '.join(map(str, ports))} }}",
        "lt": f"< {ports[0]}",
        "gt": f"> {ports[0]}",
        "range": f"{ports[0]}-{ports[-1]}",
    }
    return f"{protocol} {field} {spelled[match.operator]}"


def _icmp(name: str) -> str:
    if not name:
        return ""
    kind, code = ICMP_TYPES[name]
    return f"icmp type {kind}" + ("" if code is None else f" icmp code {code}")


def script(old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> str:
    """Return the nft script from one set of chains to another; what stays keeps its counters."""
    changed = [name for name in new if old.get(name) != new[name]]
    gone = [name for name in old if name not in new]
    if not changed and not gone:
        return ""
    lines = [f"add table ip {TABLE}"]
    lines += [_declare(name, new[name]) for name in changed]
    lines += [f"flush chain ip {TABLE} {name}" for name in [*changed, *gone] if name in old]
    lines += [
        f"add rule ip {TABLE} {name} {rule}" for name in changed for rule in _plain(new[name])
    ]
    return "\n".join(lines + [f"delete chain ip {TABLE} {name}" for name in gone]) + "\n"


def _declare(name: str, rules: list[str]) -> str:
    hook = next((rule for rule in rules if rule.startswith("type filter")), "")
    return f"add chain ip {TABLE} {name}" + (f" {{ {hook} }}" if hook else "")


def _plain(rules: list[str]) -> list[str]:
    return [rule for rule in rules if not rule.startswith("type filter")]


def apply(old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> None:
    """Load the differences as one transaction."""
    text = script(old, new)
    if text:
        run(["nft", "-f", "-"], stdin=text)


def clear() -> None:
    """Remove what a previous life of the switch left."""
    run(["nft", "-f", "-"], stdin=f"add table ip {TABLE}\ndelete table ip {TABLE}\n")


def read_matches(acls: Mapping[str, Acl]) -> Mapping[tuple[str, int], int]:
    """Return how many packets each entry (list, sequence number) has matched."""
    chains = {chain_name(name, purpose): name for name in acls for purpose in ("acl", "class")}
    return parse_matches(run(["nft", "-j", "list", "table", "ip", TABLE]), chains)


def parse_matches(text: str, chains: Mapping[str, str]) -> Mapping[tuple[str, int], int]:
    """Understand the JSON of ``nft list table``."""
    matches: dict[tuple[str, int], int] = {}
    for item in json.loads(text)["nftables"]:
        rule = item.get("rule", {})
        name, comment = chains.get(rule.get("chain", "")), str(rule.get("comment", ""))
        if name is None or not comment.isdigit():
            continue
        packets = sum(part["counter"]["packets"] for part in rule["expr"] if "counter" in part)
        matches[name, int(comment)] = matches.get((name, int(comment)), 0) + packets
    return matches
