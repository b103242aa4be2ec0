"""What hostapd was given on this machine, sent by radios of the guest (air.py)."""

import base64
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from air import IP, POINTS, Air

TEXT_CAP = 64 * 1024
UP_S = 8
OF_RADIO = ("hw_mode", "channel", "country_code")


@dataclass
class Network:
    """A network: the card of the guest that sends it, and its bridge. ``frequency``: MHz, or 0.

    ``managed``: how keys are (wpa_key_mgmt), empty where it is open.
    """

    name: bytes
    card: str
    bridge: str
    managed: str
    frequency: int = 0


@dataclass
class Point:
    """The file of one radio, and those that it names."""

    text: str
    networks: list[Network]
    files: dict[str, bytes] = field(default_factory=dict)


def read_points() -> list[Point]:
    """Return what the running processes of hostapd were given, a file for each radio."""
    return [read_point(texts, rank) for rank, texts in enumerate(_find_running()[: len(POINTS)])]


def _find_running() -> list[list[str]]:
    """Return the texts of running processes, those of one file together, in its order.

    radios.py gives each network of a file a hostapd of its own.
    """
    found: dict[str, dict[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_text("utf-8", "replace").split("\0")
            if words[0].rpartition("/")[2] == "hostapd":
                for path in (Path(word) for word in words if word.endswith(".conf")):
                    text = _read(path).decode("utf-8", "replace")
                    names = [setting(line)[0] for line in text.splitlines()]
                    begin = names.index("interface") if "interface" in names else 0
                    card = setting(text.splitlines()[begin])[1]
                    found.setdefault(path.name.removesuffix(f".{card}.conf"), {})[begin] = text
    return [[text for _begin, text in sorted(texts.items())] for _, texts in sorted(found.items())]


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(TEXT_CAP)


def setting(line: str) -> tuple[str, str]:
    """Return the name and the value of a line, empty for a comment; ``#:`` begins none."""
    name, sign, value = line.removeprefix("#:").partition("=")
    is_one = bool(sign) and not name.lstrip().startswith("#")
    return (name.strip(), value.strip()) if is_one else ("", "")


def read_point(texts: list[str], rank: int) -> Point:
    """Return the file of a radio as it was before radios.py set its networks apart."""
    point = Point("", [])
    written = ["ctrl_interface=/run/hostapd", "driver=nl80211"]
    for number, text in enumerate(texts):
        last = dict(map(setting, text.splitlines()))
        card, bridge = f"ap{rank}" + (f"_{number}" if number else ""), f"net{rank}{number}"
        managed = last.get("wpa_key_mgmt", "WPA-PSK") if last.get("wpa", "0") != "0" else ""
        point.networks.append(Network(_name_of(last), card, bridge, managed))
        for name, value in map(setting, text.splitlines()):
            if name == "interface":
                head = "bss" if number else "interface"
                written += [f"{head}={card}", f"bridge={bridge}"]
            elif name not in ("", "driver", "bridge", *(OF_RADIO if number else ())):
                written.append(f"{name}={value}")
            if name.endswith("_file") and value.startswith("/"):
                with suppress(OSError):
                    point.files[value] = _read(Path(value))
    point.text = "\n".join((*written, ""))
    return point


def _name_of(last: dict[str, str]) -> bytes:
    """Return the name of a network as it is sent."""
    wide = last.get("ssid2", "")
    quoted = re.fullmatch(r'P?"(.*)"', wide)
    if quoted:
        return quoted[1].encode()
    with suppress(ValueError):
        if wide:
            return bytes.fromhex(wide)
    return last.get("ssid", "").encode()


def offer(guest: Air, points: list[Point]) -> str:
    """Have hostapd send the networks, note where; return what it says of it."""
    lines = []
    for rank, point in enumerate(points):
        lines += [put(path, content) for path, content in point.files.items()]
        for one in point.networks:
            lines.append(f"{IP} link add {one.bridge} type bridge; {IP} link set {one.bridge} up")
        lines += [
            put(f"/run/ap{rank}.conf", point.text.encode()),
            f"{IP} link set wlan{rank} name ap{rank}",
            f"hostapd -B -t -f /run/ap{rank}.log /run/ap{rank}.conf > /run/ap{rank}.out 2>&1"
            f" || echo ap{rank}: AP-DISABLED >> /run/ap{rank}.log",
        ]
    found = "grep -oE 'ap[0-9]+: AP-(ENABLED|DISABLED)'"
    lines.append(wait_for(found, "/run/ap*.log", len(points), UP_S))
    for rank in range(len(points)):
        lines.append(f"hostapd_cli -p /run/hostapd -i ap{rank} status 2> /dev/null")
    lines.append("echo; echo LOGS; cat /run/ap*.out /run/ap*.log")
    status, _mark, log = guest.run("\n".join(lines))[1].partition("LOGS\n")
    frequencies = read_frequencies(status)
    for one in (one for point in points for one in point.networks):
        one.frequency = frequencies.get(one.card, 0)
    return log


def read_frequencies(status: str) -> dict[str, int]:
    """Return on what frequency each card sends, of hostapd_cli(1) for each radio."""
    found, state, frequency = {}, "", ""
    for name, _sign, value in (line.partition("=") for line in status.splitlines()):
        if name == "state":
            state = value
        elif name == "freq":
            frequency = value
        elif name.startswith("bss[") and state == "ENABLED":
            found[value] = int(frequency)
    return found


def put(path: str, content: bytes) -> str:
    """Return the shell line that writes a file of the guest."""
    quoted = "'" + path.replace("'", "'\\''") + "'"
    packed = base64.b64encode(content).decode()
    return f'mkdir -p "$(dirname {quoted})"; echo {packed} | base64 -d > {quoted}'


def wait_for(found: str, logs: str, count: int, seconds: int) -> str:
    """Return shell lines that wait until a filter finds so many different lines in logs."""
    return (
        f"n=0; until [ $(cat {logs} 2> /dev/null | {found} | sort -u | wc -l) -ge {count} ]"
        f" || [ $n -ge {seconds * 4} ]; do usleep 250000; n=$((n + 1)); done"
    )
