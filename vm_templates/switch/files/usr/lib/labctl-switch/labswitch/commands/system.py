"""The switch itself: name, accounts, banners, keys, time, discovery."""

from dataclasses import replace

from labswitch import passwords
from labswitch.arguments import Args
from labswitch.commands.outcome import (
    Banner,
    ConfigCommand,
    KeyGeneration,
    KeyRemoval,
    Outcome,
    Scope,
)
from labswitch.config import Config, User
from labswitch.errors import CliError, IncompleteError

RESERVED_USERS = frozenset(
    {"root", "sshd", "nobody", "daemon", "labctl-audit", "openvswitch", "_apt"}
)
_MOST_USERS = 64


def _hostname(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(replace(config, hostname="Switch" if args.negated else args.text("name")))


def _username(config: Config, _scope: Scope, args: Args) -> Outcome:
    name = args.text("name")
    if args.negated:
        users = {key: user for key, user in config.users.items() if key != name}
        return Outcome(replace(config, users=users))
    if name in RESERVED_USERS or len(name) > 31 or len(config.users) >= _MOST_USERS:
        raise CliError(f"% Username {name} cannot be used on this switch")
    user = config.users.get(name, User(name))
    user = replace(user, privilege=args.number("privilege", user.privilege))
    if args.has("secret"):
        user = replace(user, secret=_secret(args, user.secret))
    return Outcome(replace(config, users={**config.users, name: user}))


def _secret(args: Args, known: str) -> str:
    """Return the hash to keep; the same secret given again changes nothing."""
    text, kind = args.text("secret"), args.text("kind", "0")
    if kind == "0":
        return known if passwords.is_secret(text, known) else passwords.hash_secret(text)
    if not passwords.is_hash(text):
        raise CliError("ERROR: The secret you entered is not a valid encrypted secret.")
    return text


def _enable_secret(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(
        replace(config, enable_secret="" if args.negated else _secret(args, config.enable_secret))
    )


def _banner(config: Config, _scope: Scope, args: Args) -> Outcome:
    kind = args.text("kind", "motd")
    if args.negated:
        return Outcome(
            replace(config, banners={k: v for k, v in config.banners.items() if k != kind})
        )
    rest = _raw_rest(args.line, kind)
    delimiter = "^C" if rest.startswith("^C") else rest[:1]
    text = rest[len(delimiter) :]
    if delimiter in text:
        return Outcome(set_banner(config, kind, text.split(delimiter)[0]))
    said = f"Enter TEXT message.  End with the character '{delimiter}'."
    return Outcome(config, message=said, request=Banner(kind, delimiter, f"{text}\n"))


def _raw_rest(line: str, kind: str) -> str:
    """Return what follows ``banner KIND``, spaces kept; the kind may be shortened, or left out."""
    words = line.split(None, 2)
    follows = words[2] if len(words) > 2 else ""
    if kind.startswith(words[1].lower()):
        if not follows:
            raise IncompleteError
        return follows
    return line.split(None, 1)[1]


def continue_banner(config: Config, banner: Banner, line: str) -> tuple[Config, Banner | None]:
    """Return what a line of a banner makes of the configuration, and what is left to read."""
    text, end, _ = line.partition(banner.delimiter)
    text = banner.text + text
    if end:
        return set_banner(config, banner.kind, text), None
    return config, Banner(banner.kind, banner.delimiter, text + "\n")


def set_banner(config: Config, kind: str, text: str) -> Config:
    """Return the configuration with a banner; control characters are left out.

    So is what the configuration prints as its delimiter, also when taking one out makes another.
    """
    clean = "".join(char for char in text[:2000] if char.isprintable() or char == "\n")
    while "^C" in clean:
        clean = clean.replace("^C", "")
    return replace(config, banners={**config.banners, kind: clean})


def _domain_name(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(replace(config, domain_name="" if args.negated else args.text("name")))


def _domain_lookup(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(replace(config, domain_lookup=not args.negated))


def _generate_key(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(config, request=KeyGeneration(args.number("bits") if args.has("bits") else None))


def _remove_key(config: Config, _scope: Scope, _args: Args) -> Outcome:
    return Outcome(config, request=KeyRemoval())


def _ssh_version(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(replace(config, ssh_version=None if args.negated else int(args.text("version"))))


def _ssh_timeout(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(replace(config, ssh_timeout_s=120 if args.negated else args.number("seconds")))


def _ssh_retries(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(replace(config, ssh_retries=3 if args.negated else args.number("count")))


def _ntp(config: Config, _scope: Scope, args: Args) -> Outcome:
    server = args.text("server")
    others = tuple(known for known in config.ntp_servers if known != server)
    if args.negated:
        return Outcome(replace(config, ntp_servers=others))
    return Outcome(
        config if server in config.ntp_servers else replace(config, ntp_servers=(*others, server))
    )


def _lldp(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(replace(config, lldp=not args.negated))


def _spanning_tree_mode(config: Config, _scope: Scope, args: Args) -> Outcome:
    return Outcome(
        replace(config, spanning_tree_mode="pvst" if args.negated else args.text("mode"))
    )


def _accepted(config: Config, _scope: Scope, args: Args) -> Outcome:
    """Keep a line that has no effect on a switch without that function."""
    line = " ".join(args.line.split())
    line = line[3:] if args.negated else line
    others = tuple(known for known in config.accepted if known != line)
    return Outcome(
        replace(config, accepted=others if args.negated else tuple(sorted((*others, line)))[:64])
    )


def _ignored(config: Config, _scope: Scope, _args: Args) -> Outcome:
    return Outcome(config)


def _only_negated(config: Config, _scope: Scope, args: Args) -> Outcome:
    if not args.negated:
        raise CliError("Command rejected: this function is not supported on this switch.")
    return Outcome(config)


GLOBAL: tuple[ConfigCommand, ...] = (
    ("[no] hostname <name:name>", _hostname),
    ("[no] username <name:name>", _username),
    ("username <name:name> {form:secret|password} <secret:word>", _username),
    ("username <name:name> {form:secret|password} {kind:0|5|9} <secret:word>", _username),
    ("username <name:name> privilege <privilege:0-15>", _username),
    (
        "username <name:name> privilege <privilege:0-15> {form:secret|password} <secret:word>",
        _username,
    ),
    (
        "username <name:name> privilege <privilege:0-15> {form:secret|password} {kind:0|5|9}"
        " <secret:word>",
        _username,
    ),
    ("[no] enable secret <secret:word>", _enable_secret),
    ("[no] enable secret {kind:0|5|9} <secret:word>", _enable_secret),
    ("[no] banner {kind:motd|login|exec} <text:line>", _banner),
    ("banner <text:line>", _banner),
    ("[no] ip domain-name <name:name>", _domain_name),
    ("[no] ip domain name <name:name>", _domain_name),
    ("[no] ip domain-lookup", _domain_lookup),
    ("[no] ip domain lookup", _domain_lookup),
    ("crypto key generate rsa", _generate_key),
    ("crypto key generate rsa modulus <bits:1024-4096>", _generate_key),
    ("crypto key generate rsa general-keys modulus <bits:1024-4096>", _generate_key),
    ("crypto key zeroize rsa", _remove_key),
    ("[no] ip ssh version {version:2}", _ssh_version),
    ("[no] ip ssh time-out <seconds:1-120>", _ssh_timeout),
    ("[no] ip ssh authentication-retries <count:0-5>", _ssh_retries),
    ("[no] ntp server <server:name>", _ntp),
    ("[no] lldp run", _lldp),
    ("[no] spanning-tree mode {mode:pvst|rapid-pvst|mst}", _spanning_tree_mode),
    ("[no] spanning-tree portfast default", _accepted),
    ("[no] spanning-tree portfast bpduguard default", _accepted),
    ("[no] spanning-tree loopguard default", _accepted),
    ("[no] spanning-tree vlan <vlans:vlans> priority <value:0-61440>", _accepted),
    ("[no] spanning-tree vlan <vlans:vlans> root {role:primary|secondary}", _accepted),
    ("[no] spanning-tree extend system-id", _ignored),
    ("[no] service <text:line>", _accepted),
    ("[no] logging <text:line>", _accepted),
    ("[no] clock timezone <text:line>", _accepted),
    ("version <text:line>", _ignored),
    ("boot-start-marker", _ignored),
    ("boot-end-marker", _ignored),
    ("vlan internal allocation policy {order:ascending|descending}", _ignored),
    ("[no] aaa new-model", _only_negated),
    ("[no] cdp run", _only_negated),
    ("[no] snmp-server", _only_negated),
    ("[no] ip http server", _only_negated),
    ("[no] ip http secure-server", _only_negated),
    ("[no] ip forward-protocol nd", _ignored),
    ("[no] ip classless", _ignored),
    ("[no] ip subnet-zero", _ignored),
    ("[no] vtp mode {mode:transparent|off|server|client}", _ignored),
)
