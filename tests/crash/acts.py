"""What is killed or refused by the kernel: one act of a store, in a process of its own.

``python -m tests.crash.acts ACT FOLDER``. The look for ``MARK`` tells strace where the act begins.
Each act prints a line per thing it claims is durable; it explains a refusal in one line.
"""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from labctl.core import store
from labctl.core.errors import LabctlError

MARK = "/labctl-act-begins"
WRITES = 3


def say(what: object) -> None:
    """Claim that something is durable."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def write_documents(folder: Path) -> None:
    """Replace a document several times."""
    os.access(MARK, os.F_OK)
    for number in range(1, WRITES + 1):
        store.write_json(folder / "state.json", {"number": number, "text": "é" * 400})
        say(number)


def write_evidence(folder: Path) -> None:
    """Write the evidence of a run."""
    from labctl.collect.recorder import Recorder
    from labctl.plan.document import from_json
    from tests.fakes import answer, ask
    from tests.plans import ROOT

    plan = from_json((ROOT / "tests/golden/plan/banc-01.json").read_bytes())
    os.access(MARK, os.F_OK)
    run = folder / f"run-{os.getpid()}"
    recorder = Recorder(run, ())
    recorder.start(plan, "namespace", ["Identity"])
    say(1)
    recorder.visits([("poste", "ssh", "mgmt", None)])
    say(2)
    seqs = recorder.answers([answer(ask("/bin/uname"), b"poste\n"), answer(ask("/bin/id"), b"x")])
    say(4)
    recorder.facts({"Identity": {"a": 1}}, {"Identity": seqs})
    say(5)
    recorder.finish()
    say(6)


def hold_a_lock(folder: Path) -> None:
    """Take the lock of a bench and let it go."""
    os.access(MARK, os.F_OK)
    with store.lock(folder / "01" / "lock", "labctl act"):
        say("held")


def seal_paper(folder: Path) -> None:
    """Seal a bench that is only files, with the centre's key drawn on the way."""
    from tests import seals

    if not (folder / "trees").is_dir():
        seals.grow(folder / "trees")
    os.environ["LABCTL_STATE_DIR"] = str(folder / "state")
    os.access(MARK, os.F_OK)
    say(seals.seal(folder / "trees").fingerprint)


ACTS: dict[str, Callable[[Path], None]] = {
    "documents": write_documents,
    "evidence": write_evidence,
    "lock": hold_a_lock,
    "seal": seal_paper,
}


def main(words: Iterable[str]) -> int:
    """Run an act; a refusal is one line and its exit code."""
    name, folder = words
    try:
        ACTS[name](Path(folder))
    except LabctlError as exc:
        sys.stderr.write(f"{exc.message}\n")
        return exc.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
