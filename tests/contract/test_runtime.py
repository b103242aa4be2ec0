"""Nodes: isolated, found by tag, entered safely, gone without a trace."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ProviderError
from labctl.core.ids import NodeName
from labctl.core.wait import until
from labctl.providers.namespaces import kernel, processes, runtime
from labctl.providers.namespaces.processes import Process
from labctl.providers.namespaces.runtime import Cable, Startup
from tests.contract.node_lab import (
    STAY,
    NodeLab,
    list_links,
    list_tenants,
    open_lab,
)

pytestmark = pytest.mark.embedded

CABLE = Cable(
    NodeName("a"), "eth0", "02:00:00:00:00:0a", NodeName("b"), "eth7", "02:00:00:00:00:0b"
)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[NodeLab]:
    with open_lab(tmp_path) as opened:
        yield opened


def test_a_node_is_found_by_its_tag(lab: NodeLab) -> None:
    found = lab.start(lab.launch("a", STAY))

    assert found["a"].bench == "99"
    assert found["a"].spec == "spec"


def test_a_node_is_pid_1_with_its_own_name_and_processes(lab: NodeLab) -> None:
    node = lab.start(lab.launch("a", STAY))["a"]

    assert lab.run(node, "hostname").strip() == "host-a"
    assert lab.run(node, "cat", "/proc/1/comm").strip() == "tini"
    assert len(lab.run(node, "ps", "-e").splitlines()) < 10


def test_a_node_sees_no_mount_of_the_machine(lab: NodeLab) -> None:
    node = lab.start(lab.launch("a", STAY))["a"]

    points = [line.split()[4] for line in lab.run(node, "cat", "/proc/self/mountinfo").splitlines()]

    expected = {"/", "/run", "/sys", "/tmp", "/proc", "/proc/sys", "/proc/sys/net"}  # noqa: S108
    expected |= {"/dev", "/dev/pts", "/dev/shm"}  # noqa: S108
    closed = {point for point in points if point.startswith("/proc/")} - expected
    assert {*points} - closed == expected
    assert "/proc/keys" in closed  # the others: not every kernel has them


def test_a_node_has_few_devices(lab: NodeLab) -> None:
    node = lab.start(lab.launch("a", STAY))["a"]

    devices = lab.run(node, "find", "/dev", "-type", "c").split()

    assert set(devices) == {
        f"/dev/{name}"
        for name in ("null", "zero", "full", "random", "urandom", "tty", "net/tun", "pts/ptmx")
    }


def read_masks(lab: NodeLab, node: Process) -> set[int]:
    status = lab.run(node, "cat", "/proc/1/status", "/proc/self/status")
    return {int(line.split()[1], 16) for line in status.splitlines() if line[:6] == "CapEff"}


def test_dangerous_capabilities_are_gone(lab: NodeLab) -> None:
    node = lab.start(lab.launch("a", STAY))["a"]

    dropped = sum(1 << number for number in kernel.DROPPED_CAPABILITIES.values())
    assert all(mask & dropped == 0 for mask in read_masks(lab, node))


def test_what_a_kind_keeps_stays_for_all_that_runs_in_the_node(lab: NodeLab) -> None:
    node = lab.start(replace(lab.launch("a", STAY), keeps=("sys_admin",)))["a"]

    assert all(mask & 1 << 21 for mask in read_masks(lab, node))


@pytest.mark.parametrize(
    "attack",
    [
        "mount -t proc none /mnt",
        "mount -t devtmpfs none /mnt",
        "mount -o remount,rw /proc/sys",
        "umount /proc/sys",
        "unshare --user --map-root-user true",
        "unshare --mount true",
        "unshare --pid --fork true",
        "nsenter --target 1 --net true",
        "python3 -c 'import socket; socket.socket(40, socket.SOCK_STREAM)'",
        "echo x > /proc/sys/kernel/core_pattern",
    ],
)
def test_root_with_every_capability_that_a_kind_may_keep_stays_in_its_node(
    lab: NodeLab, attack: str
) -> None:
    node = lab.start(replace(lab.launch("a", STAY), keeps=("sys_admin",)))["a"]

    with pytest.raises(CommandError, match=r"ermi|ead-only|superuser"):
        lab.run(node, "sh", "-c", attack)


def test_settings_of_the_kernel_are_read_only_and_those_of_the_network_are_not(
    lab: NodeLab,
) -> None:
    node = lab.start(lab.launch("a", STAY))["a"]

    lab.run(node, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
    with pytest.raises(CommandError):
        lab.run(node, "sh", "-c", "echo 1 > /proc/sys/kernel/panic")


def test_the_tag_is_not_inherited_by_what_the_node_runs(lab: NodeLab) -> None:
    node = lab.start(lab.launch("a", "env > /environment; " + STAY))["a"]
    until((lab.folder / "a/upper/environment").exists, Deadline.after(60))

    assert "LABCTL" not in lab.run(node, "cat", "/environment")


def test_no_file_descriptor_of_labctl_is_left_in_a_node(lab: NodeLab) -> None:
    node = lab.start(lab.launch("a", STAY))["a"]

    assert lab.run(node, "ls", "/proc/1/fd").split() == ["0", "1", "2"]


def test_cables_join_nodes_and_are_never_in_the_root_namespace(lab: NodeLab) -> None:
    before = list_links()

    nodes = lab.start(lab.launch("a", STAY), lab.launch("b", STAY), cables=(CABLE,))

    assert "02:00:00:00:00:0a" in lab.run(nodes["a"], "ip", "link", "show", "eth0")
    assert "02:00:00:00:00:0b" in lab.run(nodes["b"], "ip", "link", "show", "eth7")
    assert list_links() == before


def test_what_a_node_says_is_kept_up_to_a_cap(lab: NodeLab) -> None:
    launch = lab.launch("a", f"echo hello; yes 0123456789 | head -c 9000000; touch /end; {STAY}")
    lab.start(launch)

    until((launch.upper / "end").exists, Deadline.after(60))

    assert launch.log.read_text().startswith("hello\n0123456789\n")
    assert launch.log.stat().st_size <= 2 << 20


def test_a_command_in_a_node_has_an_exit_code_and_its_output(lab: NodeLab) -> None:
    node = lab.start(lab.launch("a", STAY))["a"]

    done = runtime.run_in(
        node, ("sh", "-c", "cat; exit 7"), Deadline.after(60), stdin="x", check=False
    )

    assert (done.exit_code, done.stdout) == (7, "x")


def test_a_command_that_hangs_in_a_node_is_killed_at_its_deadline(lab: NodeLab) -> None:
    node = lab.start(lab.launch("a", STAY))["a"]

    with pytest.raises(CommandError):
        runtime.run_in(node, ("sleep", "777"), Deadline.after(0.3))

    assert until(lambda: "777" not in lab.run(node, "ps", "ax"), Deadline.after(60))


def test_a_reused_pid_is_not_entered(lab: NodeLab) -> None:
    node = lab.start(lab.launch("a", STAY))["a"]

    with pytest.raises(ProviderError):
        lab.run(replace(node, started=node.started - 1), "true")


def test_another_process_is_neither_entered_nor_killed(lab: NodeLab) -> None:
    pid = os.getpid()
    started = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    mine = processes.Process(pid, started, lab.instance, "99", "a", "")

    with pytest.raises(ProviderError):
        lab.run(mine, "true")
    processes.kill((replace(mine, started=1),), Deadline.after(1))


def test_a_tag_in_a_process_of_a_node_makes_no_node(lab: NodeLab) -> None:
    tag = processes.tag(lab.instance, "99", "b")
    script = f"LABCTL_TAG={tag} {STAY} & LABCTL_TAG={tag} unshare -pf {STAY} & {STAY}"

    lab.start(lab.launch("a", script))

    assert until(lambda: list(lab.scan()) == ["a"], Deadline.after(60))


def test_a_killed_node_leaves_nothing(lab: NodeLab) -> None:
    nodes = lab.start(lab.launch("a", STAY), lab.launch("b", STAY), cables=(CABLE,))
    assert list_tenants(lab.folder)

    processes.kill(tuple(nodes.values()), Deadline.after(60))

    assert lab.scan() == {}
    assert until(lambda: not list_tenants(lab.folder), Deadline.after(60))


def test_a_node_starts_again_on_its_own_disk(lab: NodeLab) -> None:
    launch = lab.launch("a", STAY)
    node = lab.start(launch)["a"]
    lab.run(node, "sh", "-c", "echo work > /root/work")
    lab.kill_all()

    again = lab.start(launch)["a"]

    assert lab.run(again, "cat", "/root/work") == "work\n"


def test_a_volatile_node_starts_again_too(lab: NodeLab) -> None:
    launch = lab.launch("a", STAY, volatile=True)
    lab.start(launch)
    lab.kill_all()

    assert "a" in lab.start(launch)


def test_a_node_whose_program_ends_gives_its_exit_code(lab: NodeLab) -> None:
    startup = Startup((lab.launch("a", "exit 3"), lab.launch("b", "true")), {})

    codes = runtime.run_to_end(startup, lab.instance, "99", Deadline.after(60))

    assert codes == {"a": 3, "b": 0}


def test_a_node_that_cannot_start_takes_the_others_with_it(lab: NodeLab) -> None:
    broken = replace(lab.launch("b", STAY), layers=(lab.folder / "absent",))

    with pytest.raises(ProviderError, match=r"b: \[Errno 2\] No such file") as caught:
        lab.start(lab.launch("a", STAY), broken)

    assert "Traceback" not in caught.value.message
    assert until(lambda: not lab.scan(), Deadline.after(60))


def test_a_refused_cable_takes_the_waiting_nodes_with_it(lab: NodeLab) -> None:
    with pytest.raises(ProviderError, match="ip -batch"):
        lab.start(lab.launch("a", STAY), lab.launch("b", STAY), cables=(CABLE, CABLE))

    assert until(lambda: not lab.scan(), Deadline.after(60))


def test_waiting_nodes_end_when_their_starter_is_killed(lab: NodeLab) -> None:
    names = [f"n{number}" for number in range(6)]
    launches = tuple(lab.launch(name, STAY) for name in names)
    pid = os.fork()
    if pid == 0:
        runtime.start(Startup(launches, {}), lab.instance, "99", Deadline.after(60))
        os._exit(0)

    until(lambda: len(processes.scan(lab.instance)) >= 3, Deadline.after(60), every_s=0.001)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    lab.kill_all()

    assert until(lambda: not list_tenants(lab.folder), Deadline.after(60))


def test_twenty_lives_leak_nothing(lab: NodeLab) -> None:
    links, descriptors = list_links(), count_descriptors()
    launch = lab.launch("a", STAY)

    for _life in range(20):
        lab.start(launch)
        lab.kill_all()

    assert until(lambda: not list_tenants(lab.folder), Deadline.after(60))
    assert (list_links(), count_descriptors()) == (links, descriptors)


def count_descriptors() -> int:
    return len(tuple(Path("/proc/self/fd").iterdir()))


def test_starting_a_node_is_quick(lab: NodeLab) -> None:
    launch = lab.launch("a", STAY)
    taken, yardstick = [], []
    for _life in range(4):
        begun = time.monotonic()
        lab.start(launch)
        taken.append(time.monotonic() - begun)
        lab.kill_all()
        begun = time.monotonic()
        command.run((sys.executable, "-I", "-S", "-c", "pass"), Deadline.after(60))
        yardstick.append(time.monotonic() - begun)

    assert min(taken) < 25 * min(yardstick)  # the best of each: whatever else the machine does


def test_a_child_program_needs_nothing_but_the_standard_library() -> None:
    argv = runtime.child_argv("enter")

    done = command.run((*argv, "1", "1", "x"), Deadline.after(60), env={}, check=False)

    assert done.exit_code == 125
