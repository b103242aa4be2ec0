"""A simulated Windows in memory: a scenario, a machine of paper, and its service."""

import fnmatch
import json
import struct
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from labwindows import soap, values
from labwindows.commands import Commands
from labwindows.enumeration import WQL_DIALECT
from labwindows.real.classes import REAL
from labwindows.scenario import Store
from labwindows.service import Service
from labwindows.shells import Shells
from labwindows.wmi import Wmi

from tests.plans import ROOT

FACTORY = ROOT / "vm_templates/windows-standin/files/usr/lib/labctl-windows/factory.json"
OWNER = "labctl-audit"
ADDRESSES = json.dumps(
    [
        {"ifindex": 1, "ifname": "lo", "link_type": "loopback", "flags": ["UP"]},
        {
            "ifindex": 2,
            "ifname": "eth0",
            "link_type": "ether",
            "address": "02:00:00:01:00:0a",
            "flags": ["BROADCAST", "UP", "LOWER_UP"],
            "addr_info": [{"family": "inet", "local": "10.21.10.101", "prefixlen": 26}],
        },
    ]
)
ROUTES = json.dumps([{"dst": "default", "gateway": "10.21.10.1", "dev": "eth0"}])


@dataclass
class Paper:
    """A machine that is written down."""

    files: dict[str, str] = field(
        default_factory=lambda: {
            "/proc/sys/kernel/hostname": "poste\n",
            "/etc/hostname": "poste\n",
            "/proc/uptime": "100.5 90.0\n",
            "/etc/resolv.conf": "search moana.test\nnameserver 10.21.20.10\n",
            "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nusine:x:1000:1000::/:/bin/bash\n",
            "/etc/shadow": "root:*:20783::::::\nusine:x:20783:0:99999:7:::\n",
            "/etc/group": "sudo:x:27:\nusine:x:1000:\n",
            "/etc/network/interfaces": "auto eth0\niface eth0 inet dhcp\n",
        }
    )
    links: dict[str, str] = field(
        default_factory=lambda: {"/etc/localtime": "/usr/share/zoneinfo/Pacific/Tahiti"}
    )
    said: dict[tuple[str, ...], str] = field(
        default_factory=lambda: {
            ("ip", "-j", "address"): ADDRESSES,
            ("ip", "-j", "-4", "route", "show", "default"): ROUTES,
        }
    )

    contents: dict[str, bytes] = field(default_factory=dict)
    late: frozenset[tuple[str, ...]] = frozenset()

    def read(self, path: str) -> str:
        return self.files.get(path, "")

    def read_bytes(self, path: str) -> bytes:
        return self.contents.get(path, b"")

    def find(self, pattern: str) -> tuple[str, ...]:
        return tuple(sorted(fnmatch.filter(self.files, pattern)))

    def space(self, _path: str) -> tuple[int, int]:
        return 300 * 10**9, 80 * 10**9

    def link(self, path: str) -> str:
        return self.links.get(path, "")

    def run(self, *argv: str) -> str:
        return self.said.get(argv, "")

    def recall(self, _stamp: Hashable, *argv: str) -> str:
        return self.run(*argv)

    def succeeds(self, *argv: str) -> bool | None:
        return None if argv in self.late else argv in self.said


@dataclass
class Simulated:
    """A service, and how to ask it."""

    service: Service
    store: Path
    machine: Paper

    def ask(
        self,
        resource: str,
        action: str,
        body: str = "",
        selectors: Mapping[str, str] | None = None,
        max_bytes: int = 153600,
        timeout: str = "PT5S",
    ) -> Element:
        """Send an envelope; return the body of the answer."""
        status, content = self.raw(
            envelope(resource, action, body, selectors or {}, max_bytes, timeout)
        )
        answered = soap.parse_xml(content).find(f"{{{soap.S}}}Body")
        assert answered is not None
        assert (status == 500) == (answered.find(f"{{{soap.S}}}Fault") is not None)
        return answered

    def raw(self, content: str | bytes) -> tuple[int, bytes]:
        """Send bytes."""
        sent = content.encode() if isinstance(content, str) else content
        return self.service.answer(sent, OWNER)

    def query(self, text: str, namespace: str = "root/cimv2", page: int = 32000) -> list[Element]:
        """Return the items of a query's first page; AssertionError with the fault's words."""
        body = enumerate_body(text, page)
        answered = self.ask(values.uri(namespace, "*"), f"{soap.N}/Enumerate", body)
        fault = answered.find(f".//{{{soap.S}}}Text")
        assert fault is None, str(getattr(fault, "text", ""))
        items = answered.find(f".//{{{soap.W}}}Items")
        assert items is not None
        return list(items)

    def registry(self, method: str, **arguments: object) -> dict[str, Any]:
        """Call StdRegProv; return its output, lists for what is repeated."""
        where = values.uri("root/default", "StdRegProv")
        content = "".join(f"<p:{name}>{text}</p:{name}>" for name, text in arguments.items())
        body = f'<p:{method}_INPUT xmlns:p="{where}">{content}</p:{method}_INPUT>'
        output = self.ask(where, f"{where}/{method}", body)[0]
        found: dict[str, list[str]] = {}
        for one in output:
            found.setdefault(soap.local(one), []).append(one.text or "")
        return {name: held[0] if len(held) == 1 else held for name, held in found.items()}


def envelope(
    resource: str,
    action: str,
    body: str,
    selectors: Mapping[str, str],
    max_bytes: int,
    timeout: str,
) -> str:
    """Write an envelope as a client does."""
    chosen = "".join(f'<w:Selector Name="{k}">{v}</w:Selector>' for k, v in selectors.items())
    return (
        f'<s:Envelope xmlns:s="{soap.S}" xmlns:a="{soap.A}" xmlns:w="{soap.W}" '
        f'xmlns:n="{soap.N}" xmlns:rsp="{soap.RSP}"><s:Header><a:Action>{action}</a:Action>'
        f"<a:MessageID>uuid:1234</a:MessageID><w:ResourceURI>{resource}</w:ResourceURI>"
        f"<w:MaxEnvelopeSize>{max_bytes}</w:MaxEnvelopeSize><w:OperationTimeout>{timeout}"
        f"</w:OperationTimeout><w:SelectorSet>{chosen}</w:SelectorSet></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    )


def enumerate_body(query: str, page: int) -> str:
    """Write the body of an optimised enumeration."""
    told = query.replace("&", "&amp;").replace("<", "&lt;")
    asked = f'<w:Filter Dialect="{WQL_DIALECT}">{told}</w:Filter>' if query else ""
    return (
        f"<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>{page}</w:MaxElements>{asked}"
        "</n:Enumerate>"
    )


def simulate(folder: Path) -> Simulated:
    """Give the Windows of the factory."""
    store = folder / "scenario.json"
    store.write_bytes(FACTORY.read_bytes())
    machine = Paper()
    told = Store(str(store))
    commands = Commands(machine, lambda: told.current().script)
    service = Service(Wmi(told, machine, REAL), Shells(commands.run), lambda: "POSTE")
    return Simulated(service, store, machine)


def keytab(*principals: str) -> bytes:
    """Write a keytab with a key of each principal, and the hole of a removed one."""
    return b"\x05\x02" + struct.pack(">i", -6) + b"\0" * 6 + b"".join(map(_entry, principals))


def _entry(principal: str) -> bytes:
    name, _at, realm = principal.rpartition("@")
    names = name.split("/")
    words = b"".join(struct.pack(">H", len(w)) + w.encode() for w in (realm, *names))
    key = struct.pack(">IIBHH", 1, 1770000000, 1, 18, 32) + b"k" * 32 + struct.pack(">I", 1)
    entry = struct.pack(">H", len(names)) + words + key
    return struct.pack(">i", len(entry)) + entry
