"""labctl's own client before a simulated Windows in memory: proved without any machine."""

import io
import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from labwindows import scenario
from labwindows import simulate as tool

from checks.accounts.demand import LocalAccounts
from checks.dhcp.demand import Dhcp
from checks.directory.demand import Directory
from checks.printing.demand import Printing
from labctl.connect.base import Answer, Endpoint, Question, Transport, Vantage
from labctl.connect.cim import winrm
from labctl.connect.cim.wsman.http import Reply
from labctl.core.deadline import Deadline
from labctl.facts.script import is_part, write_script
from labctl.plan.model import Plan
from labctl.spec.step import Step
from tests.network import router_of
from tests.probes import Asked
from tests.solutions import load_filters, merge
from tests.unit.windows.simulated import ADDRESSES, ROUTES, Paper, Simulated, keytab, simulate

FOLDER = "/var/lib/labctl-windows"
SIMULATE = "/usr/lib/labctl-windows/simulate"

PRINTERS = """system default destination: {name}
device for {name}: ipp://imprimante:631/printers/{name}
printer {name} is idle.  enabled since Thu Nov 26 01:00:00 2026
"""


class Untold(Exception):
    """A step, or a question, that is not for the simulated Windows alone."""


class Line:
    """What stands for a connection."""

    url = "https://poste:5986/wsman"
    is_open = True
    posts = 0
    round_trip_s = 0.0

    def __init__(self, windows: Simulated) -> None:
        self.windows = windows

    def send(self, envelope: bytes, _deadline: Deadline, _cap: int) -> Reply:
        self.posts += 1
        status, content = self.windows.raw(envelope)
        return Reply(status, content, "utf-8", "")

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Offline:
    """A simulated Windows, what asks it, and what breaks it."""

    plan: Plan
    windows: Simulated
    endpoint: Endpoint

    def read(self, fact: type[Any]) -> object:
        """Return a fact, as its probe reads it; Untold when others are asked for it."""
        probe = Asked(fact)
        asked = probe.ask(self.plan)
        questions = tuple(write_script(one) if is_part(one) else one for one in asked)
        if {question.transport for question in questions} != {Transport.CIM}:
            raise Untold(fact.__name__)
        return probe.parse(self.plan, self._answers(questions))

    def take(self, steps: Iterable[Step]) -> None:
        """Do the steps of a fault; Untold when one is not for the simulation."""
        for step in steps:
            self._take(step)

    def merge(self, document: object) -> None:
        """Apply a solution."""
        text = json.dumps(document)
        scenario.change(lambda before: tool.merge(before, json.loads(text)))

    def _answers(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        session = winrm.open_winrm(self.endpoint, Deadline.after(60))  # a script a visit
        answers = session.ask(questions, Deadline.after(60))
        session.close()
        troubles = [f"{one.question.text}: {one.trouble}" for one in answers if one.trouble]
        assert not troubles, troubles
        return answers

    def _take(self, step: Step) -> None:
        program, *words = step.argv or ("",)
        if program == SIMULATE and words[0] != "merge":
            with redirect_stdout(io.StringIO()):
                assert tool.main(words) == 0, step.argv
        elif program == SIMULATE:
            self.merge(json.loads(step.stdin))
        elif program in ("/usr/bin/cp", "/usr/bin/mv") and words[-1].startswith(FOLDER):
            folder = self.windows.store.parent
            source, target = (folder / Path(word).name for word in words[-2:])
            (shutil.copy if program.endswith("cp") else shutil.move)(source, target)
        elif program == "/usr/bin/sed" and words[-1].startswith(FOLDER):
            store = self.windows.store.parent / Path(words[-1]).name
            subprocess.run([program, *words[:-1], store], check=True)  # noqa: TID251  # that file
        else:
            raise Untold(step.argv)


def open_offline(plan: Plan, folder: Path, patch: pytest.MonkeyPatch) -> Offline:
    """Give the Windows of the factory on the machine as delivered."""
    windows = simulate(folder)
    windows.machine.said[("ip", "-j", "address")] = ADDRESSES.replace(
        "02:00:00:01:00:0a", plan.desks[0].interfaces[0].mac
    )
    store = str(windows.store)
    patch.setattr(scenario.load, "__defaults__", (store,))
    patch.setattr(scenario.save, "__defaults__", (store,))
    patch.setattr(scenario.change, "__defaults__", (store, str(folder / "lock")))
    (folder / "password").write_text("secret")
    nowhere = Vantage()
    endpoint = Endpoint(
        plan.desks[0].name, Transport.CIM, "poste", 5986, "labctl-audit",
        str(folder / "password"), "ca.pem", nowhere, nowhere,
    )  # fmt: skip
    patch.setattr(winrm, "open_link", lambda *_arguments: Line(windows))
    return Offline(plan, windows, endpoint)


def solve(offline: Offline, document: Plan | dict[str, Any]) -> None:
    """Do what the solution does to the scenario, and to the machine itself."""
    offline.merge(tell_solved(document))
    make_real(offline.windows.machine, offline.plan)


def tell_solved(plan: Plan | dict[str, Any]) -> Any:
    """Return what the topics contribute to the scenario of a simulated Windows."""
    parts = [tell(plan) for name, tell in load_filters().items() if name.endswith("_scenario")]
    return reduce(merge, parts)


def make_real(machine: Paper, plan: Plan) -> None:
    """Write what a solved Linux workstation says of itself."""
    name, domain = plan.desks[0].hostname, plan.domain
    machine.files["/proc/sys/kernel/hostname"] = f"{name}\n"
    machine.files["/etc/hostname"] = f"{name}\n"
    machine.files["/etc/resolv.conf"] = f"search {domain}\nnameserver {router_of(plan).dns_to}\n"
    admin = plan.demand(LocalAccounts).admin.name
    machine.files["/etc/passwd"] = f"{admin}:x:1001:1001::/home/{admin}:/bin/bash\n"
    machine.files["/etc/shadow"] = f"{admin}:x:20783:0:99999:7:::\n"
    machine.files["/etc/group"] = f"sudo:x:27:{admin}\n{admin}:x:1001:\n"
    queue = plan.demand(Printing).queue
    machine.files["/etc/cups/client.conf"] = "ServerName imprimante\n"
    machine.said[("lpstat", "-d", "-p", "-v")] = PRINTERS.format(name=queue)
    realm = domain.upper()
    machine.files["/etc/samba/smb.conf"] = (
        f"[global]\nworkgroup = {plan.demand(Directory).netbios}\nrealm = {realm}\nsecurity = ads\n"
    )
    machine.contents["/etc/krb5.keytab"] = keytab(f"{name}$@{realm}", f"host/{name}@{realm}")
    machine.said[("adcli", "testjoin")] = "Sucessfully validated join\n"
    scope = plan.demand(Dhcp).scope_of(plan.desks[0].interfaces[0].segment)
    cards = machine.said[("ip", "-j", "address")]
    network = plan.network_of(plan.desks[0].interfaces[0].segment)
    machine.said[("ip", "-j", "address")] = cards.replace("10.21.10.101", str(scope.first)).replace(
        '"prefixlen": 26', f'"prefixlen": {network.prefixlen}'
    )
    machine.said[("ip", "-j", "-4", "route", "show", "default")] = ROUTES.replace(
        "10.21.10.1", str(plan.segments[scope.segment].gateway)
    )
