"""A bench that is made of files, for incidents: every step may be the last before a kill."""

import base64
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from labctl.configure.deeds import Hands
from labctl.configure.faults import OwnHands, Ways
from labctl.connect.base import Endpoint, Endpoints, Shell, Transport, Vantage
from labctl.core.check import CheckSpec
from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError
from labctl.core.ids import NodeName
from labctl.core.progress import Report, silent
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.facts.watched import Seen
from labctl.judge.incident import Glance, Guard
from labctl.pipeline.incidents.held import Bench
from labctl.plan.model import Plan
from labctl.spec.incident import Incident, KeptFile
from labctl.spec.step import Edit, Step
from labctl.spec.watch import Watch
from tests.plans import plan_of
from tests.unit.judge.test_incident import INCIDENT, watch

PLAN = plan_of(1)
NAS = NodeName("nas")
DRAWS: dict[str, dict[str, str]] = {"P-901": {}}


class Killed(BaseException):
    """What a test has in place of kill -9."""


@dataclass(slots=True)
class File:
    content: bytes
    owner: str = "0:0"
    mode: str = "644"
    accessed: str = "1700000000.100000000"
    modified: str = "1700000000.200000000"


@dataclass(slots=True)
class Machine:
    """A machine that is files; it is killed before or after its command number ``dies``."""

    files: dict[str, File] = field(default_factory=dict)
    commands: int = 0
    dies: int = 0
    dies_after: bool = False
    cuts: str = ""
    folders: tuple[str, ...] = ()

    def run(
        self,
        argv: Sequence[str],
        deadline: Deadline,  # noqa: ARG002
        *,
        stdin: str = "",
    ) -> Completed:
        self.commands += 1
        if argv[0] == self.cuts:
            self.cuts = ""
            raise ConnectError("coupée")
        if self.commands == self.dies and not self.dies_after:
            raise Killed
        code, out = self._do(tuple(argv), stdin)
        if self.commands == self.dies:
            raise Killed
        return Completed(tuple(argv), code, out, "")

    def close(self) -> None:
        pass

    def _do(self, argv: tuple[str, ...], stdin: str) -> tuple[int, str]:  # noqa: C901
        path = argv[-1]
        file = self.files.get(path)
        name = argv[0].rpartition("/")[2]
        if name == "sh":
            old = file or File(b"", "9:9", "600")
            self.files[path] = replace(old, content=base64.b64decode(stdin), modified="now")
            return 0, ""
        if name == "rm":
            self.files.pop(path, None)
            return 0, ""
        if name == "install":
            self.files[path] = File(b"made by a command\n")
            return 0, ""
        if name == "true":
            return 0, ""
        if name == "stat" and path in self.folders:
            return 0, "directory\t0:0\t755\t1.0\t1.0\n"
        if file is None:
            return 1, ""
        if name == "stat":
            times = f"{file.accessed}\t{file.modified}"
            return 0, f"regular file\t{file.owner}\t{file.mode}\t{times}\n"
        if name == "base64":
            return 0, base64.b64encode(file.content).decode()
        if name == "chown":
            file.owner = argv[1]
        if name == "chmod":
            file.mode = argv[1]
        if name == "touch":
            at = argv[3].removeprefix("--date=@")
            file.accessed, file.modified = (
                (at, file.modified) if argv[2] == "-a" else (file.accessed, at)
            )
        return 0, ""


EDITED, MADE, KEPT = "/etc/samba/smb.conf", "/etc/new.conf", "/etc/kept.conf"


def step(*argv: str, edit: Edit | None = None) -> Step:
    return Step(NAS, (), argv, "", 1, edit)


BROKEN = replace(
    INCIDENT,
    needs=(),
    symptom=(watch("s"),),
    cause=(watch("c"),),
    changes={},
    keeps=(KeptFile(NAS, KEPT, "", 1), KeptFile(NAS, MADE, "", 1)),
    inject=(
        step(edit=Edit(EDITED, "^good$", "bad")),
        step("/usr/bin/install", KEPT),
        step("/usr/bin/install", MADE),
        step(edit=Edit(EDITED, "^bad$", "worse")),
    ),
    undo=(step("/usr/bin/true"),),
    repairs=(),
)


@dataclass(slots=True)
class Fake:
    """A bench of one machine: its symptom is there while the file is not as it was."""

    machine: Machine
    incidents: Mapping[str, Incident] = field(default_factory=lambda: {"P-901": BROKEN})
    plan: Plan = PLAN
    report: Report = silent
    specs: tuple[CheckSpec, ...] = ()
    hides: bool = False
    late: set[str] = field(default_factory=set)
    waited: list[str] = field(default_factory=list)
    technician: bytes | None = None
    verdict: Verdict = Verdict.CONFORM

    def find(self, name: str, drawn: Mapping[str, str]) -> Incident:  # noqa: ARG002
        return self.incidents[name]

    def guard(self) -> Guard:
        return Guard()

    def quietly(self) -> "Fake":
        return replace(self, report=silent)

    def look(
        self,
        watches: Iterable[Watch],
        only: Collection[str] | None = None,  # noqa: ARG002
    ) -> Glance:
        if self.technician is not None:
            self.machine.files[EDITED] = File(self.technician)
        healthy = self.hides or b"good" in self.machine.files[EDITED].content
        verdict = CheckVerdict("K-001", "", "", 1, self.verdict)
        looks = tuple(watches)
        self.waited += [one.name for one in looks if one.settle_s]
        now = {
            one.name: healthy and bool(one.settle_s or one.name not in self.late) for one in looks
        }
        return Glance(
            {"K-001": verdict}, {name: Seen(name, seen, "") for name, seen in now.items()}
        )


def new_machine() -> Machine:
    return Machine({EDITED: File(b"un\ngood\ndeux\n", "7:7", "640"), KEPT: File(b"\xff\x00")})


def bench_of(machine: Machine, **more: object) -> Bench:
    """Return the bench of a machine."""
    endpoint = Endpoint(NAS, Transport.SSH, "", 22, "", "", "", Vantage(), Vantage())
    endpoints = Endpoints(1, "namespace", (endpoint,), {})

    def shell(_endpoint: Endpoint, _deadline: Deadline) -> Shell:
        return machine

    @contextmanager
    def hands() -> Iterator[Hands]:
        yield OwnHands(endpoints, Deadline.after(60), Ways(shell=shell))

    return Bench(Fake(machine, **more), hands)  # type: ignore[arg-type]  # words of a fake
