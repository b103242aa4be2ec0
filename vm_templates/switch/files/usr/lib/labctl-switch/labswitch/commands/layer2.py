"""VLANs and switch ports."""

from collections.abc import Callable
from dataclasses import replace

from labswitch import vlanset
from labswitch.arguments import Args
from labswitch.commands.outcome import ConfigCommand, Outcome, Scope
from labswitch.config import Config, Port, PortMode, Svi, default_vlan_name
from labswitch.errors import CliError
from labswitch.grammar import Mode
from labswitch.names import Interface, Kind


def change_ports(config: Config, scope: Scope, change: Callable[[Port], Port]) -> Config:
    """Return the configuration with the ports of the scope changed; SVIs have no such setting."""
    if any(interface.kind is Kind.VLAN for interface in scope.interfaces):
        raise CliError("Command rejected: not a switching port.")
    ports = dict(config.ports)
    for interface in scope.interfaces:
        ports[interface.number] = change(ports[interface.number])
    return replace(config, ports=ports)


def change_svis(config: Config, scope: Scope, change: Callable[[Svi], Svi]) -> Config:
    """Return the configuration with the SVIs of the scope changed; ports have no such setting."""
    if any(interface.kind is Kind.PORT for interface in scope.interfaces):
        raise CliError("% IP addresses may not be configured on L2 links.")
    svis = dict(config.svis)
    for interface in scope.interfaces:
        svis[interface.number] = change(svis[interface.number])
    return replace(config, svis=svis)


def create_vlans(config: Config, vlans: frozenset[int]) -> Config:
    """Return the configuration with these VLANs; those that exist keep their name."""
    added = {vlan: default_vlan_name(vlan) for vlan in sorted(vlans - config.vlans.keys())}
    return replace(config, vlans={**config.vlans, **added}) if added else config


def _vlan(config: Config, _scope: Scope, args: Args) -> Outcome:
    vlans = args.vlans("vlans")
    if args.negated:
        return _delete_vlans(config, vlans)
    if vlans & vlanset.RESERVED:
        raise CliError(
            f"% VLAN {min(vlans & vlanset.RESERVED)} is reserved and cannot be configured."
        )
    return Outcome(create_vlans(config, vlans), Scope(Mode.VLAN, vlans=vlans))


def _delete_vlans(config: Config, vlans: frozenset[int]) -> Outcome:
    if 1 in vlans:
        raise CliError("%Default VLAN 1 may not be deleted.")
    kept = {vlan: name for vlan, name in config.vlans.items() if vlan not in vlans}
    return Outcome(replace(config, vlans=kept))


def _vlan_name(config: Config, scope: Scope, args: Args) -> Outcome:
    if len(scope.vlans) != 1:
        raise CliError("% A name can be given to one VLAN at a time.")
    (vlan,) = scope.vlans
    if vlan == 1:
        raise CliError("%Default VLAN 1 may not have its name changed.")
    name = default_vlan_name(vlan) if args.negated else args.text("name")[:32]
    taken = [other for other, known in config.vlans.items() if known == name and other != vlan]
    if taken:
        raise CliError(f"%VLAN with name {name} already exists (VLAN {taken[0]}).")
    return Outcome(replace(config, vlans={**config.vlans, vlan: name}))


def _interface(config: Config, _scope: Scope, args: Args) -> Outcome:
    (interface,) = args.interfaces("interface")
    if args.negated:
        return _delete_interface(config, interface)
    return Outcome(
        _create_svis(config, (interface,)), Scope(Mode.INTERFACE, interfaces=(interface,))
    )


def _delete_interface(config: Config, interface: Interface) -> Outcome:
    if interface.kind is Kind.PORT:
        raise CliError("% Removal of physical interfaces is not permitted")
    if interface.number == 1:
        raise CliError("% Interface Vlan1 cannot be deleted")
    kept = {vlan: svi for vlan, svi in config.svis.items() if vlan != interface.number}
    return Outcome(replace(config, svis=kept))


def _interface_range(config: Config, _scope: Scope, args: Args) -> Outcome:
    interfaces = args.interfaces("interfaces")
    return Outcome(_create_svis(config, interfaces), Scope(Mode.RANGE, interfaces=interfaces))


def _create_svis(config: Config, interfaces: tuple[Interface, ...]) -> Config:
    wanted = [i.number for i in interfaces if i.kind is Kind.VLAN and i.number not in config.svis]
    return (
        replace(config, svis={**config.svis, **{vlan: Svi(vlan) for vlan in wanted}})
        if wanted
        else config
    )


def _default_interface(config: Config, _scope: Scope, args: Args) -> Outcome:
    ports, svis = dict(config.ports), dict(config.svis)
    for interface in args.interfaces("interfaces"):
        if interface.kind is Kind.PORT:
            ports[interface.number] = Port(interface.number)
        else:
            svis[interface.number] = Svi(interface.number)
    names = ", ".join(interface.long for interface in args.interfaces("interfaces"))
    return Outcome(
        replace(config, ports=ports, svis=svis),
        message=f"Interface {names} set to default configuration",
    )


def _description(config: Config, scope: Scope, args: Args) -> Outcome:
    text = "" if args.negated else args.text("text")
    return _change_both(
        config,
        scope,
        lambda port: replace(port, description=text),
        lambda svi: replace(svi, description=text),
    )


def _shutdown(config: Config, scope: Scope, args: Args) -> Outcome:
    down = not args.negated
    return _change_both(
        config,
        scope,
        lambda port: replace(port, shutdown=down),
        lambda svi: replace(svi, shutdown=down),
    )


def _change_both(
    config: Config,
    scope: Scope,
    change_port: Callable[[Port], Port],
    change_svi: Callable[[Svi], Svi],
) -> Outcome:
    ports = replace(scope, interfaces=tuple(i for i in scope.interfaces if i.kind is Kind.PORT))
    svis = replace(scope, interfaces=tuple(i for i in scope.interfaces if i.kind is Kind.VLAN))
    return Outcome(change_svis(change_ports(config, ports, change_port), svis, change_svi))


def _speed(config: Config, scope: Scope, args: Args) -> Outcome:
    speed = "auto" if args.negated else args.text("speed")
    return Outcome(change_ports(config, scope, lambda port: replace(port, speed=speed)))


def _duplex(config: Config, scope: Scope, args: Args) -> Outcome:
    duplex = "auto" if args.negated else args.text("duplex")
    return Outcome(change_ports(config, scope, lambda port: replace(port, duplex=duplex)))


_MODES = {"access": PortMode.ACCESS, "trunk": PortMode.TRUNK, "dynamic": PortMode.AUTO}


def _mode(config: Config, scope: Scope, args: Args) -> Outcome:
    mode = PortMode.AUTO if args.negated else _MODES[args.text("mode")]
    return Outcome(change_ports(config, scope, lambda port: replace(port, mode=mode)))


def _access_vlan(config: Config, scope: Scope, args: Args) -> Outcome:
    vlan = 1 if args.negated else args.number("vlan")
    changed = change_ports(config, scope, lambda port: replace(port, access_vlan=vlan))
    if vlan in config.vlans:
        return Outcome(changed)
    said = f"% Access VLAN does not exist. Creating vlan {vlan}"
    return Outcome(create_vlans(changed, frozenset({vlan})), message=said)


def _native_vlan(config: Config, scope: Scope, args: Args) -> Outcome:
    vlan = 1 if args.negated else args.number("vlan")
    return Outcome(change_ports(config, scope, lambda port: replace(port, native_vlan=vlan)))


def _allow(config: Config, scope: Scope, args: Args) -> Outcome:
    vlans = vlanset.ALL if args.negated else args.vlans("vlans")
    return Outcome(change_ports(config, scope, lambda port: replace(port, allowed=vlans)))


def _allow_add(config: Config, scope: Scope, args: Args) -> Outcome:
    vlans = args.vlans("vlans")
    return Outcome(
        change_ports(config, scope, lambda port: replace(port, allowed=port.allowed | vlans))
    )


def _allow_remove(config: Config, scope: Scope, args: Args) -> Outcome:
    vlans = args.vlans("vlans")
    return Outcome(
        change_ports(config, scope, lambda port: replace(port, allowed=port.allowed - vlans))
    )


def _allow_except(config: Config, scope: Scope, args: Args) -> Outcome:
    vlans = vlanset.ALL - args.vlans("vlans")
    return Outcome(change_ports(config, scope, lambda port: replace(port, allowed=vlans)))


def _allow_preset(config: Config, scope: Scope, args: Args) -> Outcome:
    vlans = vlanset.ALL if args.text("preset") == "all" else frozenset[int]()
    return Outcome(change_ports(config, scope, lambda port: replace(port, allowed=vlans)))


def _nonegotiate(config: Config, scope: Scope, args: Args) -> Outcome:
    return Outcome(
        change_ports(config, scope, lambda port: replace(port, nonegotiate=not args.negated))
    )


def _encapsulation(config: Config, scope: Scope, args: Args) -> Outcome:
    return Outcome(
        change_ports(config, scope, lambda port: replace(port, encapsulation=not args.negated))
    )


def _switchport(config: Config, scope: Scope, args: Args) -> Outcome:
    if args.negated:
        raise CliError("Command rejected: routed ports are not supported; use an interface Vlan.")
    return Outcome(change_ports(config, scope, lambda port: port))


def _spanning_tree_port(config: Config, scope: Scope, args: Args) -> Outcome:
    words = args.line.lower().removeprefix("no ").split()
    text = " ".join(["spanning-tree", *words[1:]])

    def change(port: Port) -> Port:
        others = tuple(
            line for line in port.accepted if not line.startswith(text.split(" enable")[0])
        )
        return replace(port, accepted=others if args.negated else (*others, text))

    return Outcome(change_ports(config, scope, change))


GLOBAL: tuple[ConfigCommand, ...] = (
    ("[no] vlan <vlans:vlans>", _vlan),
    ("[no] interface <interface:interface>", _interface),
    ("interface range <interfaces:interfaces>", _interface_range),
    ("default interface <interfaces:interfaces>", _default_interface),
    ("default interface range <interfaces:interfaces>", _default_interface),
)
VLAN: tuple[ConfigCommand, ...] = (("[no] name <name:word>", _vlan_name),)
INTERFACE: tuple[ConfigCommand, ...] = (
    ("[no] description <text:line>", _description),
    ("[no] shutdown", _shutdown),
    ("[no] speed {speed:10|100|1000|auto}", _speed),
    ("[no] duplex {duplex:auto|full|half}", _duplex),
    ("[no] switchport", _switchport),
    ("[no] switchport mode {mode:access|trunk}", _mode),
    ("switchport mode {mode:dynamic} auto", _mode),
    ("[no] switchport access vlan <vlan:vlan>", _access_vlan),
    ("[no] switchport trunk native vlan <vlan:vlan>", _native_vlan),
    ("[no] switchport trunk allowed vlan <vlans:vlans>", _allow),
    ("switchport trunk allowed vlan add <vlans:vlans>", _allow_add),
    ("switchport trunk allowed vlan remove <vlans:vlans>", _allow_remove),
    ("switchport trunk allowed vlan except <vlans:vlans>", _allow_except),
    ("switchport trunk allowed vlan {preset:all|none}", _allow_preset),
    ("[no] switchport trunk encapsulation dot1q", _encapsulation),
    ("[no] switchport nonegotiate", _nonegotiate),
    ("[no] spanning-tree portfast", _spanning_tree_port),
    ("[no] spanning-tree portfast {kind:trunk|disable}", _spanning_tree_port),
    ("[no] spanning-tree bpduguard {state:enable|disable}", _spanning_tree_port),
    ("[no] spanning-tree bpdufilter {state:enable|disable}", _spanning_tree_port),
)
