"""All show commands, as one tree of words."""

from collections.abc import Callable

from labswitch.arguments import Args
from labswitch.names import Kind
from labswitch.render import render_interface
from labswitch.shows import interfaces, layer2, layer3, system
from labswitch.view import View

Show = Callable[[View, Args], str]


def _ports(args: Args) -> list[int]:
    return layer2.numbers_of(args.interfaces("interface"))


def _running_interface(view: View, args: Args) -> str:
    (interface,) = args.interfaces("interface")
    text = render_interface(view.config, interface.long)
    if not text:
        return "% Invalid interface\n"
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n!\n{text}"


def _interfaces(view: View, args: Args) -> str:
    (interface,) = args.interfaces("interface")
    if interface.kind is Kind.VLAN and interface.number not in view.config.svis:
        return "% Invalid interface\n"
    return interfaces.render_interfaces(view, (interface,))


def _vlan_row(view: View, args: Args) -> str:
    text = layer2.render_vlan_brief(view)
    lines = text.splitlines()
    if args.has("id"):
        wanted = args.number("id")
    else:
        wanted = next(
            (number for number, name in view.config.vlans.items() if name == args.text("name")), 0
        )
    if wanted not in view.config.vlans:
        return (
            f"VLAN id {wanted} not found in current VLAN database\n"
            if wanted
            else "VLAN name not found\n"
        )
    start = next(i for i, line in enumerate(lines) if line.split()[:1] == [str(wanted)])
    rows = [lines[start]]
    for line in lines[start + 1 :]:
        if not line.startswith(" "):
            break
        rows.append(line)
    return "\n".join([*lines[:3], *rows]) + "\n"


def _macs(view: View, args: Args) -> str:
    interface = args.interfaces("interface")[0] if args.has("interface") else None
    vlan_id = args.number("vlan") if args.has("vlan") else None
    return layer2.render_macs(
        view,
        kind=args.text("kind", ""),
        vlan_id=vlan_id,
        interface=interface,
        address=args.text("address", ""),
    )


def _banner(view: View, args: Args) -> str:
    return view.config.banners.get(args.text("kind"), "") + "\n"


SHOWS: tuple[tuple[str, Show], ...] = (
    ("show vlan", lambda view, _: layer2.render_vlan(view)),
    ("show vlan brief", lambda view, _: layer2.render_vlan_brief(view)),
    ("show vlan id <id:vlan>", _vlan_row),
    ("show vlan name <name:word>", _vlan_row),
    ("show interfaces", lambda view, _: interfaces.render_interfaces(view)),
    ("show interfaces <interface:interface>", _interfaces),
    ("show interfaces status", lambda view, _: layer2.render_status(view)),
    (
        "show interfaces <interface:interface> status",
        lambda view, args: layer2.render_status(view, _ports(args)),
    ),
    ("show interfaces switchport", lambda view, _: layer2.render_switchport(view)),
    (
        "show interfaces <interface:interface> switchport",
        lambda view, args: layer2.render_switchport(view, _ports(args)),
    ),
    ("show interfaces trunk", lambda view, _: layer2.render_trunk(view)),
    ("show interfaces description", lambda view, _: interfaces.render_descriptions(view)),
    ("show ip interface", lambda view, _: interfaces.render_ip_interfaces(view)),
    ("show ip interface brief", lambda view, _: layer3.render_interface_brief(view)),
    (
        "show ip interface <interface:interface>",
        lambda view, args: interfaces.render_ip_interfaces(view, args.interfaces("interface")),
    ),
    ("show ip route", lambda view, _: layer3.render_routes(view)),
    (
        "show ip route {origin:connected|static}",
        lambda view, args: layer3.render_routes(view, args.text("origin")),
    ),
    (
        "show ip route <address:ip>",
        lambda view, args: layer3.render_route_to(view, args.ip("address")),
    ),
    ("show ip arp", lambda view, _: layer3.render_arp(view)),
    ("show arp", lambda view, _: layer3.render_arp(view)),
    ("show ip ssh", lambda view, _: system.render_ssh(view)),
    ("show mac address-table", _macs),
    ("show mac address-table {kind:dynamic|static}", _macs),
    ("show mac address-table vlan <vlan:vlan>", _macs),
    ("show mac address-table interface <interface:interface>", _macs),
    ("show mac address-table address <address:word>", _macs),
    ("show mac-address-table", _macs),
    ("show access-lists", lambda view, _: layer3.render_acls(view)),
    ("show access-lists <acl:acl>", lambda view, args: layer3.render_acls(view, args.text("acl"))),
    ("show ip access-lists", lambda view, _: layer3.render_acls(view)),
    (
        "show ip access-lists <acl:acl>",
        lambda view, args: layer3.render_acls(view, args.text("acl")),
    ),
    ("show lldp", lambda view, _: system.render_lldp(view)),
    ("show lldp neighbors", lambda view, _: system.render_neighbors(view)),
    ("show lldp neighbors detail", lambda view, _: system.render_neighbors_detail(view)),
    ("show ntp associations", lambda view, _: system.render_ntp(view)),
    ("show running-config", lambda view, _: system.render_running(view)),
    ("show running-config interface <interface:interface>", _running_interface),
    ("show startup-config", lambda view, _: system.render_startup(view)),
    ("show version", lambda view, _: system.render_version(view)),
    ("show clock", lambda view, _: system.render_clock(view)),
    ("show boot", lambda view, _: system.render_boot(view)),
    ("show banner {kind:motd|login|exec}", _banner),
    ("show crypto key mypubkey rsa", lambda view, _: system.render_key(view)),
    ("show spanning-tree", lambda view, _: system.render_spanning_tree(view)),
)
PRIVILEGED = ("show running-config", "show startup-config")
