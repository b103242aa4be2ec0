"""The switch itself: version, configurations, neighbours, time, SSH."""

from labswitch.dataplane import mac_text
from labswitch.names import port
from labswitch.product import IMAGE, MODEL, VERSION
from labswitch.render import render
from labswitch.view import View

NVRAM_BYTES = 65536


def render_version(view: View) -> str:
    """Return ``show version``: it says what it is, in the words that parsers know."""
    config, identity = view.config, view.identity
    uptime = uptime_text(view.uptime_s)
    return (
        f"labctl switch Software ({IMAGE}), Version {VERSION}, RELEASE SOFTWARE (fc1)\n"
        "This is the training switch of labctl: an IOS-like command line over a real data plane.\n"
        "It is not a Cisco product and runs no Cisco software.\n"
        f"Data plane: {view.data_plane}\n\n"
        "ROM: LABCTL-BOOT\n\n"
        f"{config.hostname} uptime is {uptime}\n"
        f"System returned to ROM by {view.reload_reason}\n"
        f'System image file is "flash:{IMAGE.lower()}.bin"\n'
        f"Last reload reason: {view.reload_reason}\n\n"
        f"{len(config.svis)} Virtual Ethernet interface{'s' if len(config.svis) != 1 else ''}\n"
        f"{len(config.ports)} Gigabit Ethernet interfaces\n"
        f"{NVRAM_BYTES // 1024}K bytes of flash-simulated non-volatile configuration memory.\n\n"
        "Switch Ports Model                     SW Version            SW Image\n"
        "------ ----- -----                     ----------            ----------\n"
        f"*    1 {len(config.ports):<5} {MODEL:<25} {VERSION:<21} {IMAGE}\n\n\n"
        "Switch 01\n---------\n"
        f"Switch Uptime                      : {uptime}\n"
        f"Base Ethernet MAC Address          : {mac_text(identity.base_mac)}\n"
        f"Model Number                       : {MODEL}\n"
        f"System Serial Number               : {identity.serial}\n\n"
        "Configuration register is 0xF\n"
    )


def uptime_text(seconds: int) -> str:
    """Return a duration as ``1 week, 2 days, 3 hours, 4 minutes``."""
    units = (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60))
    parts = []
    for name, length in units:
        count, seconds = divmod(seconds, length)
        if count or name == "minute":
            parts.append(f"{count} {name}{'s' if count != 1 else ''}")
    return ", ".join(parts)


def render_running(view: View) -> str:
    """Return ``show running-config``."""
    text = render(view.config)
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n!\n{text}"


def render_startup(view: View) -> str:
    """Return ``show startup-config``."""
    if view.startup is None:
        return "startup-config is not present\n"
    return f"Using {len(view.startup)} out of {NVRAM_BYTES} bytes\n!\n{view.startup}"


def render_neighbors(view: View) -> str:
    """Return ``show lldp neighbors``."""
    if not view.config.lldp:
        return "% LLDP is not enabled\n"
    neighbors = view.live.neighbors()
    head = (
        "Capability codes:\n    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device\n"
        "    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other\n\n"
        "Device ID           Local Intf     Hold-time  Capability      Port ID\n"
    )
    rows = "".join(
        f"{n.name[:20]:<20}{port(n.port).short:<15}{n.hold_s:<11}{n.capabilities:<16}{n.port_id}\n"
        for n in neighbors
    )
    return f"{head}{rows}\nTotal entries displayed: {len(neighbors)}\n"


def render_neighbors_detail(view: View) -> str:
    """Return ``show lldp neighbors detail``."""
    if not view.config.lldp:
        return "% LLDP is not enabled\n"
    neighbors = view.live.neighbors()
    text = "".join(
        "------------------------------------------------\n"
        f"Local Intf: {port(n.port).short}\nChassis id: {n.name}\nPort id: {n.port_id}\n"
        f"Port Description - not advertised\nSystem Name: {n.name}\n\n"
        f"System Description: \n{n.description or 'not advertised'}\n\n"
        f"Time remaining: {n.hold_s} seconds\n"
        f"System Capabilities: {n.capabilities or '-'}\n"
        f"Enabled Capabilities: {n.capabilities or '-'}\n"
        "Management Addresses - not advertised\nAuto Negotiation - not supported\n"
        "Physical media capabilities - not advertised\n"
        "Media Attachment Unit type - not advertised\n"
        "Vlan ID: - not advertised\n\n"
        for n in neighbors
    )
    return f"{text}\nTotal entries displayed: {len(neighbors)}\n"


def render_lldp(view: View) -> str:
    """Return ``show lldp``."""
    if not view.config.lldp:
        return "% LLDP is not enabled\n"
    return (
        "\nGlobal LLDP Information:\n    Status: ACTIVE\n"
        "    LLDP advertisements are sent every 30 seconds\n"
        "    LLDP hold time advertised is 120 seconds\n"
    )


def render_clock(view: View) -> str:
    """Return ``show clock``."""
    now = view.now
    milliseconds = f"{now.microsecond // 1000:03d}"
    return f"{now:%H:%M:%S}.{milliseconds} UTC {now:%a %b} {now.day} {now.year}\n"


def render_ssh(view: View) -> str:
    """Return ``show ip ssh``."""
    key = view.live.key()
    enabled = key is not None and any("ssh" in line.transport for line in view.config.vty)
    first = "SSH Enabled - version 2.0\n" if enabled else "SSH Disabled - version 2.0\n"
    if key is None:
        first += "%Please create RSA keys to enable SSH (and of atleast 768 bits for SSH v2).\n"
    config = view.config
    return (
        f"{first}Authentication timeout: {config.ssh_timeout_s} secs; "
        f"Authentication retries: {config.ssh_retries}\n"
        + (
            "Minimum expected Diffie Hellman key size : 2048 bits\n"
            f"RSA key: {key[1]} ({key[0]} bits)\n"
            if key
            else ""
        )
    )


def render_key(view: View) -> str:
    """Return ``show crypto key mypubkey rsa``."""
    key = view.live.key()
    if key is None:
        return ""
    size, name = key
    text = f"Key name: {name}\nKey type: RSA KEYS\n Key size: {size} bits\n"
    return text + " Usage: General Purpose Key\n"


def render_boot(view: View) -> str:
    """Return ``show boot``."""
    saved = "yes" if view.startup is not None else "no"
    return (
        f"BOOT path-list      : flash:{IMAGE.lower()}.bin\n"
        "Config file         : flash:/config.text\n"
        "Private Config file : flash:/private-config.text\n"
        "Enable Break        : no\nManual Boot         : no\n"
        f"Startup config saved: {saved}\n"
    )


def render_ntp(view: View) -> str:
    """Return ``show ntp associations``: configured, never asked (the clock is the machine's)."""
    head = "\n  address         ref clock       st   when   poll reach  delay  offset   disp\n"
    rows = "".join(
        f" ~{server:<15} .INIT.          16      -     64     0  0.000   0.000 15937.\n"
        for server in view.config.ntp_servers
    )
    return (
        head
        + rows
        + " * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured\n"
    )


def render_spanning_tree(_view: View) -> str:
    """Return ``show spanning-tree``."""
    return "\nNo spanning tree instance exists.\n"
