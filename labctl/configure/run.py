"""Apply a playbook to a bench with ansible-runner, from inside the bench's own network.

ansible-runner runs in a child that has entered the jury's vantage, in its own PID namespace where
the kernel allows it: killing the child, or the command that started it, ends every process of it.
"""

import json
import os
import shutil
import sys
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from labctl.configure import compose, extras, inventory
from labctl.connect.base import Endpoints
from labctl.connect.passwords import list_passwords
from labctl.core import command, store
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.i18n import _, about
from labctl.core.paths import PACKAGE, content_roots
from labctl.core.progress import Report, silent
from labctl.core.secrets import Redactor, Secret
from labctl.plan.model import Plan

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CONFIGURATION = """\
[defaults]
forks = 8
gathering = explicit
host_key_checking = True
retry_files_enabled = False
timeout = {timeout_s}
task_timeout = {task_timeout_s}
local_tmp = {folder}/tmp
remote_tmp = /run/labctl/ansible
library = {library}
filter_plugins = {filters}
[connection]
pipelining = True
[ssh_connection]
retries = 2
"""

_CONNECT_S, _TASK_S = 10, 100
_OF_PYTHON = ("LD_LIBRARY_PATH", "PYTHONHOME")
"""What a Python that is a copy needs to find its own library."""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What became of a task on a machine: ok, changed, failed, unreachable or skipped."""

    node: str
    task: str
    state: str
    seconds: float
    message: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What a solution did to a bench, task by task."""

    results: tuple[TaskResult, ...]

    @property
    def changed(self) -> int:
        """Return how many tasks changed something."""
        return sum(result.state == "changed" for result in self.results)

    @property
    def troubles(self) -> tuple[str, ...]:
        """Return one line per task that failed or found nobody."""
        return tuple(
            about(about(result.node, result.task), result.message or result.state)
            for result in self.results
            if result.state in ("failed", "unreachable")
        )


@dataclass(frozen=True, slots=True)
class Target:
    """The bench to configure.

    ``secrets`` are the ones its cahier names (``${secret:name}``); ``private_dir`` is a folder only
    root reads, where the run keeps its files until its end.
    """

    plan: Plan
    endpoints: Endpoints
    secrets: Mapping[str, Secret]
    private_dir: Path


def apply(
    solution: compose.Solution, target: Target, deadline: Deadline, report: Report = silent
) -> Applied:
    """Run a solution on a bench and return what it did; applied twice, it changes nothing.

    Raises InfrastructureError when it could not run to its end; a task that fails is a result.
    """
    if solution.files.get(compose.SITE) == []:
        return Applied(())
    if inventory.has_windows(target.endpoints):
        extras.require(extras.list_roots())
    folder = target.private_dir / "configure"
    shutil.rmtree(folder, ignore_errors=True)  # left by a run that was killed
    try:
        _lay_down(folder, solution, target)
        redact = Redactor((*target.secrets.values(), *list_passwords(target.endpoints)))
        return _run(folder, redact, deadline, report)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lay_down(folder: Path, solution: compose.Solution, target: Target) -> None:
    folder.mkdir(parents=True, mode=0o700)
    paths = inventory.Paths(
        known_hosts=folder / "known_hosts",
        secrets=folder / "secrets.json",
        temporary=folder / "tmp",
        python=Path(sys.executable),
    )
    configuration = CONFIGURATION.format(
        folder=folder,
        library=_every("library"),
        filters=_every("filters"),
        timeout_s=round(_CONNECT_S * target.plan.patience),
        task_timeout_s=round(_TASK_S * target.plan.patience),
    )
    store.write_bytes(folder / "ansible.cfg", configuration.encode())
    store.write_bytes(paths.known_hosts, inventory.known_hosts(target.endpoints).encode())
    secrets = {name: secret.reveal() for name, secret in target.secrets.items()}
    store.write_json(paths.secrets, secrets)
    document = inventory.build(target.plan, target.endpoints, paths, solution.variables)
    store.write_json(folder / "inventory.json", document)
    for name, tasks in solution.files.items():
        store.write_json(folder / name, tasks)
    vantage = target.endpoints.probes.get(target.plan.management.vantage)
    if vantage is None:
        raise InfrastructureError(
            _("le point de vue du jury ne tourne pas : rien n'est configuré"),
            hint=f"labctl up {target.plan.bench}",
        )
    job = {
        "playbook": str(folder / compose.SITE),
        "vantage": asdict(vantage),
        "environment": {"ANSIBLE_CONFIG": str(folder / "ansible.cfg")},
    }
    store.write_json(folder / "job.json", job)


def _every(name: str) -> str:
    """Return the folders of that name in playbooks/ and its roles, the centre's own first."""
    folders = [
        folder
        for root in content_roots()
        for pattern in (name, f"roles/*/{name}")
        for folder in sorted((root / "playbooks").glob(pattern))
    ]
    return os.pathsep.join(str(folder) for folder in folders if folder.is_dir())


def _run(folder: Path, redact: Redactor, deadline: Deadline, report: Report) -> Applied:
    results: list[TaskResult] = []
    done = command.follow(
        (*_isolation(), sys.executable, "-P", "-m", "labctl.configure.worker", str(folder)),
        deadline,
        _listener(results, redact, report),
        env=_environment(folder),
        cwd=str(folder),
    )
    applied = Applied(tuple(results))
    if done.exit_code != 0 and not applied.troubles:
        raise InfrastructureError(
            _("ansible-runner s'est arrêté (code %(code)d) : %(said)s")
            % {"code": done.exit_code, "said": redact(_last_words(folder, done.stderr))}
        )
    return applied


def _isolation() -> tuple[str, ...]:
    """Return the words that tie the life of every process of the run to ours."""
    leash = ("setpriv", "--pdeathsig", "KILL")
    if os.geteuid() != 0:
        return leash
    return (*leash, "unshare", "--pid", "--fork", "--kill-child=KILL")


def _environment(folder: Path) -> dict[str, str]:
    """Return all that the run may know of our environment (ansible-runner writes it in a file)."""
    programs = (sysconfig.get_path("scripts"), str(Path(sys.executable).parent))
    return {
        **{name: os.environ[name] for name in _OF_PYTHON if name in os.environ},
        "PATH": os.pathsep.join((*programs, SYSTEM_PATH)),
        "PYTHONPATH": os.pathsep.join((str(PACKAGE.parent), *_list_own_paths())),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
    }


def _list_own_paths() -> list[str]:
    """Return where else this Python was told to look for modules: beside a bench it is a copy."""
    return list(filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))


def _listener(results: list[TaskResult], redact: Redactor, report: Report) -> Callable[[str], None]:
    def listen(line: str) -> None:
        result = read_line(redact(line))
        if result is None:
            return
        results.append(result)
        if result.state != "skipped":
            report(_sentence(result))

    return listen


def read_line(line: str) -> TaskResult | None:
    """Return what a line of the worker says, None when a library printed it."""
    try:
        return TaskResult(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _sentence(result: TaskResult) -> str:
    words = {
        "ok": _("déjà fait"),
        "changed": _("fait"),
        "failed": _("échec"),
        "unreachable": _("injoignable"),
    }
    what = about(result.node, result.task)
    said = words.get(result.state, result.state)
    return about(what, said)


def _last_words(folder: Path, stderr: str) -> str:
    stdout = next(iter(folder.glob("artifacts/*/stdout")), None)
    said = stdout.read_text(encoding="utf-8", errors="replace") if stdout is not None else ""
    return (said + stderr).strip()[-2000:]
