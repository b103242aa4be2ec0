"""The wireless networks that are on the air, and the bridges inside a box.

Of a box, ``lan0`` joins the ports and the first radio, ``guest0`` holds the second one. There is no
air here: the link of a radio is up while hostapd(8) offers a network on it, so whoever is behind it
(a cable stands for the air) is cut off before. An access point has no card for its radios.

Each network has a hostapd of its own, on the driver « none », which has no bridge, no country and
one network: such lines are kept as ``#:`` comments, the lines of other networks as comments, so
that what hostapd says of a line is about the line of the same number of the file.
"""

import glob
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import labctl_node as node

LAN, GUEST = "lan0", "guest0"
RADIO = "wlan"
FILES, RUN, PID = "/etc/hostapd/*.conf", "/run/hostapd", "/run/hostapd.pid"
HOSTAPD = "/usr/sbin/hostapd"
OF_RADIO = ("hw_mode", "channel")
UNKNOWN_HERE = (
    *("driver", "ctrl_interface", "ctrl_interface_group", "ieee80211d", "ieee80211h"),
    *("local_pwr_constraint", "spectrum_mgmt_required"),  # refused without the country
)


def list_cards() -> list[str]:
    """Return the cards that are cabled, without the bridges."""
    names = [card["name"] for card in node.SPEC["interfaces"] if card["is_cabled"]]
    return [name for name in names if name not in (LAN, GUEST)]


def join(names: list[str]) -> None:
    """Put cards in their bridge; radios stay off."""
    for name in names:
        if name.startswith(RADIO):
            node.ip((f"link set {name} master {GUEST if name == 'wlan1' else LAN} down",))
        elif name.startswith("port"):
            node.ip((f"link set {name} master {LAN} up",))


def start() -> int:
    """Offer the networks of every file; return 1 when hostapd refuses one, and say why."""
    os.makedirs(RUN, exist_ok=True)
    failed = 0
    for path in sorted(glob.glob(FILES)):
        with open(path, encoding="utf-8", errors="replace") as file:
            networks = list(split(file.read()))
        if not networks:  # hostapd itself refuses such a file
            sys.stderr.write(f"{path}: no interface= in it, so no network\n")
            failed = 1
        for name, lines in networks:
            failed |= offer(name_config(path, name), path, lines)
    tune()
    return failed


def stop() -> int:
    """Take every network off the air."""
    for pid in list_running():
        os.kill(pid, signal.SIGTERM)
    node.wait(lambda: not list_running(), seconds=5)
    for path in (*glob.glob(f"{RUN}/*"), PID):
        if os.path.exists(path):
            os.unlink(path)
    tune()
    return 0


def status() -> int:
    """Say which networks are on the air; return 0 when one is, 3 when none is (LSB)."""
    for path in sorted(glob.glob(FILES)):
        with open(path, encoding="utf-8", errors="replace") as file:
            for name, _lines in split(file.read()):
                is_up = os.path.exists(name_config(path, name))
                sys.stdout.write(f"{path}: {name} {'offered' if is_up else 'NOT offered'}\n")
    return 0 if list_running() else 3


def name_config(path: str, name: str) -> str:
    """Return the file of the hostapd of a network."""
    return f"{RUN}/{os.path.basename(path)[:-5]}.{name}.conf"


def list_running() -> list[int]:
    """Return the processes of hostapd; its service's script has the same name."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            if os.readlink(f"/proc/{pid}/exe") == HOSTAPD:
                found.append(int(pid))
    return found


def offer(config: str, path: str, lines: list[str]) -> int:
    """Start a hostapd; return 1 when it refuses what it is told."""
    node.write(config, "\n".join((*lines, "driver=none", "")), mode=0o600)
    pid = PID if not os.path.exists(PID) else f"{config}.pid"
    argv = (HOSTAPD, "-B", "-P", pid, config)
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout.replace(config, path))
        os.unlink(config)
    return int(done.returncode != 0)


def split(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each network of a file: the card it is on, and the file with its lines alone."""
    lines = text.splitlines()
    heads = [at for at, line in enumerate(lines) if setting(line)[0] in ("interface", "bss")]
    for rank, head in enumerate(heads):
        begin = 0 if rank == 0 else head
        end = heads[rank + 1] if rank + 1 < len(heads) else len(lines)
        own = [keep(line, inside=begin <= at < end) for at, line in enumerate(lines)]
        yield setting(lines[head])[1], own


def keep(line: str, *, inside: bool) -> str:
    """Return a line as the hostapd of one network is given it."""
    name, value = setting(line)
    if name == "country_code" or (name == "bridge" and inside):
        return f"#:{name}={value}"
    if name == "bss" and inside:
        return f"interface={value}"
    if name in UNKNOWN_HERE or not (inside or name in OF_RADIO):
        return "#"
    return re.sub(r"^\s*#.*", "#", line)


def setting(line: str) -> tuple[str, str]:
    """Return the name and the value of a line, empty for a comment."""
    name, sign, value = line.partition("=")
    is_one = bool(sign) and not line.lstrip().startswith("#")
    return (name.strip(), value.strip()) if is_one else ("", "")


def tune() -> None:
    """Bring up the radios that a hostapd offers a network on; others are off."""
    offered = find_offered()
    for name in (name for name in list_cards() if name.startswith(RADIO)):
        if name not in offered:
            node.ip((f"link set {name} down",))
            continue
        bridge = offered[name]
        is_bridge = bool(bridge) and os.path.isdir(f"/sys/class/net/{bridge}/bridge")
        where = f" master {bridge}" if is_bridge else ""
        node.ip((f"link set {name}{where} up",))


def find_offered() -> dict[str, str]:
    """Return the radios on the air, each with the bridge that its network names, "" for none."""
    found = {}
    for path in glob.glob(f"{RUN}/*.conf"):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        bridge = re.search(r"^#:bridge=(\S+)$", text, re.MULTILINE)
        card = re.search(r"^interface=(\S+)$", text, re.MULTILINE)
        if card:
            found[card[1]] = bridge[1] if bridge else ""
    return found


if __name__ == "__main__":
    sys.exit({"start": start, "stop": stop, "status": status}[sys.argv[1]]())
