"""A machine killed, frozen, flooding or lying costs its own checks only, and nothing is made up.

Each case says what it does to a solved bench and which checks may not be « conforme » any more;
every other verdict must be what it was. What was done is undone at the end of the case.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from labctl.judge.catalogue import load_catalogue
from labctl.providers.namespaces import processes
from tests.attacks.on_bench import (
    BENCH,
    Verdicts,
    changed_from,
    count_attack,
    grade_in_time,
    in_node,
    replaced,
)
from tests.commands import Command
from tests.figures import Figures

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def healthy(solved: Command) -> Verdicts:
    verdicts = solved.verdicts(BENCH)
    assert {v["verdict"] for v in verdicts.values()} == {"conforme"}
    return verdicts


def _pid_of(command: Command, node: str) -> int:
    instance = processes.instance_of(command.state)
    found = {p.node: p.pid for p in processes.scan(instance, f"{BENCH:02d}")}
    return found[node]


def _tree_of(pid: int) -> list[int]:
    """Return every process that lives in the pid namespace of a machine."""
    namespace = Path(f"/proc/{pid}/ns/pid").readlink()
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            if folder.name.isdecimal() and (folder / "ns/pid").readlink() == namespace:
                found.append(int(folder.name))
    return found


@contextmanager
def killed(command: Command, node: str) -> Iterator[None]:
    os.kill(_pid_of(command, node), signal.SIGKILL)
    try:
        yield
    finally:
        command.must("up", str(BENCH))


@contextmanager
def frozen(command: Command, node: str) -> Iterator[None]:
    tree = _tree_of(_pid_of(command, node))
    for pid in tree:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in tree:
            os.kill(pid, signal.SIGCONT)


LOST = frozenset({"non vérifiable"})
MAYBE = LOST | {"conforme"}
ANYTHING = MAYBE | {"non conforme", "bloqué"}
OF_WINDOWS = {str(spec.id) for spec in load_catalogue() if spec.face == "windows"}
OF_POSTE = {"K-007", "K-012", "K-034", "K-037", "K-079", *OF_WINDOWS}
OF_NAS = {"K-085", "K-086", "K-087", "K-088", "K-089"}


@pytest.mark.parametrize(
    "sickness", [killed, pytest.param(frozen, marks=pytest.mark.nightly)], ids=["killed", "frozen"]
)
@pytest.mark.parametrize(
    ("node", "own"), [("poste", OF_POSTE), ("nas", OF_NAS)], ids=["poste", "nas"]
)
def test_a_dead_machine_is_not_verifiable(
    figures: Figures,
    solved: Command,
    healthy: Verdicts,
    sickness: Callable[[Command, str], Any],
    node: str,
    own: set[str],
) -> None:
    with sickness(solved, node):
        verdicts = grade_in_time(solved)

    declared = dict.fromkeys(healthy, MAYBE) | dict.fromkeys(own, LOST)
    count_attack(figures, healthy, verdicts, declared)
    changed = changed_from(healthy, verdicts)
    assert {check for check in own if changed.get(check) == "non vérifiable"} == own
    assert set(changed.values()) == {"non vérifiable"}
    assert all(verdicts[check]["reason"] for check in changed)
    assert all(verdicts[check]["message"] for check in own)
    others = {"K-041", "K-057", "K-058", "K-063", "K-071", "K-075", "K-081", "K-092", "K-093"}
    assert {check: verdicts[check]["message"] for check in others & set(changed)} == {}


def test_a_flood_costs_the_answer_it_drowns(
    figures: Figures, solved: Command, healthy: Verdicts
) -> None:
    with replaced(solved, "poste", "/usr/bin/readlink", "exec cat /dev/zero"):
        verdicts = grade_in_time(solved)

    declared = dict.fromkeys(OF_POSTE | {"K-028", "K-035", "K-078"}, MAYBE)
    count_attack(figures, healthy, verdicts, declared | {"K-012": LOST})
    changed = changed_from(healthy, verdicts)
    assert changed["K-012"] == "non vérifiable"
    assert verdicts["K-012"]["reason"] == "output_limit"
    assert set(changed.values()) == {"non vérifiable"}
    assert not set(changed) - OF_POSTE - {"K-028", "K-035", "K-078"}


def test_a_lie_about_the_domain_meets_a_second_witness(
    figures: Figures, solved: Command, healthy: Verdicts
) -> None:
    """Out of the domain, with tools that say all is well: nothing of it is conforme."""
    steps = "mv /etc/krb5.keytab /root/keytab.real; mv /var/lib/samba/private /root/private.real"
    back = "mv /root/keytab.real /etc/krb5.keytab; mv /root/private.real /var/lib/samba/private"
    in_node(solved, "poste", "sh", "-c", steps)
    try:
        with (
            replaced(solved, "poste", "/usr/sbin/adcli", "echo 'Successfully validated join'"),
            replaced(solved, "poste", "/usr/bin/net", "echo 'Join is OK'"),
        ):
            verdicts = solved.verdicts(BENCH, code=0)
    finally:
        in_node(solved, "poste", "sh", "-c", back)

    declared = {"K-037": frozenset({"non conforme"}), "K-079": frozenset({"bloqué"})}
    rest = OF_POSTE | {"K-028", "K-078"}
    count_attack(figures, healthy, verdicts, dict.fromkeys(rest, ANYTHING) | declared)
    assert verdicts["K-037"]["verdict"] == "non conforme"
    assert verdicts["K-079"]["verdict"] == "bloqué"
    assert not set(changed_from(healthy, verdicts)) - OF_POSTE - {"K-028", "K-078"}


def test_the_bench_is_healthy_again(solved: Command, healthy: Verdicts) -> None:
    assert changed_from(healthy, solved.verdicts(BENCH)) == {}
