"""How else the same questions can be asked: each contender returns the seconds it took."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from labctl.connect.ssh.script import Command, render_script
from tests.bench.asked import ASKED
from tests.bench.hosts import Field, address, greet

ROOT = Path(__file__).parents[2]
TESTINFRA = Path(sys.prefix) / "bench"
LIMIT_S = 600
SSH_CONFIG = """\
Host *
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
  ControlPath {folder}/%h
"""
ANSIBLE = """\
[defaults]
forks = 16
host_key_checking = False
gathering = explicit
stdout_callback = ansible.builtin.oneline
private_key_file = {key}
interpreter_python = /usr/bin/python3
[connection]
pipelining = True
"""


@dataclass(frozen=True)
class Rival:
    """One contender: its name in the results, and what runs it."""

    name: str
    run: Callable[[Field, Path], float]


def gather_without_ssh(field: Field, _folder: Path) -> float:
    """Run labctl's own script in each host, two at a time, and greet each sshd: the floor."""
    commands = [Command(at, one.argv, keeps_stderr=False) for at, one in enumerate(ASKED)]
    script = render_script(commands, 0)

    def visit(number: int) -> bool:
        argv = ("nsenter", "-t", str(field.pids[number]), "-m", "-u", "-i", "-n", "-p", "--")
        clean = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C")
        done = subprocess.run(  # noqa: TID251  # a contender, not labctl
            (*argv, *clean, "/bin/sh", "-c", script),
            input=b"0123456789abcdef\n", capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        frames = done.stdout.count(b"\n0123456789abcdef ") - 1  # but for the first, a greeting
        return greet(number) and frames == len(ASKED)

    start = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        answered = list(pool.map(visit, field.hosts))
    seconds = time.monotonic() - start
    if not all(answered):
        raise SystemExit("the floor did not get every answer")
    return seconds


def by_testinfra(
    backend: str, file: str = "rival_testinfra", **more: str
) -> Callable[[Field, Path], float]:
    """Return the run of pytest-testinfra over a backend."""

    def run(field: Field, folder: Path) -> float:
        config = folder / "ssh_config"
        config.write_text(SSH_CONFIG.format(folder=folder))
        environment = {
            "FIELD_HOSTS": str(len(field.hosts)),
            "FIELD_BACKEND": backend,
            "FIELD_KEY": str(field.key),
            "FIELD_CONFIG": str(config),
            "PYTHONPATH": f"{TESTINFRA}:{ROOT}",
            **more,
        }
        options = (
            *("-q", "-c", os.devnull, f"--rootdir={ROOT}", "-p", "no:cacheprovider"),
            *(f"--ssh-identity-file={field.key}", f"--ssh-config={config}"),
        )
        path = str(ROOT / f"tests/bench/{file}.py")
        return _time((sys.executable, "-m", "pytest", *options, path), environment)

    return run


def by_ansible(field: Field, folder: Path) -> float:
    """Run one task a check, over all hosts at once; it compares nothing, which is to its favour."""
    (folder / "ansible.cfg").write_text(ANSIBLE.format(key=field.key))
    (folder / "hosts").write_text(
        "".join(f"{address(host)} ansible_user=root\n" for host in field.hosts)
    )
    tasks = "".join(
        f"    - command: {{argv: {list(one.argv)!r}}}\n"
        "      changed_when: false\n      failed_when: false\n"
        for one in ASKED
    )
    play = folder / "play.yml"
    play.write_text(f"- hosts: all\n  gather_facts: false\n  tasks:\n{tasks}")
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    return _time(
        (program, "-i", str(folder / "hosts"), str(play)),
        {"ANSIBLE_CONFIG": str(folder / "ansible.cfg"), "HOME": str(folder)},
    )


def _time(argv: tuple[str, ...], environment: Mapping[str, str]) -> float:
    start = time.monotonic()
    done = subprocess.run(  # noqa: TID251  # a contender, not labctl
        argv,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/root", **environment},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    seconds = time.monotonic() - start
    if done.returncode != 0:
        raise SystemExit(f"{argv}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds


RIVALS = (
    Rival("floor", gather_without_ssh),
    Rival("testinfra", by_testinfra("paramiko")),
    Rival("testinfra-turned", by_testinfra("paramiko", "rival_testinfra_turned")),
    Rival("testinfra-nodelay", by_testinfra("paramiko", FIELD_NODELAY="1")),
    Rival("testinfra-controlpath", by_testinfra("ssh")),
    Rival("ansible", by_ansible),
)
