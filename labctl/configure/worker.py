"""The child process that runs ansible-runner from the bench's vantage.

``python -m labctl.configure.worker FOLDER`` reads ``FOLDER/job.json`` and says one JSON object per
line: what became of each task of each machine. Only what it says leaves the folder.
"""

import json
import re
import sys
from pathlib import Path

import ansible_runner

from labctl.connect.base import Vantage
from labctl.connect.vantage import enter

SAID_OF = {
    "runner_on_ok": "ok",
    "runner_on_failed": "failed",
    "runner_on_unreachable": "unreachable",
    "runner_on_skipped": "skipped",
}
CHANGED = re.compile(r"^changed: \[", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SILENT_ACTIONS = ("include_tasks", "set_fact", "assert")
MESSAGE_CHARACTERS = 2000


def main(folder: Path) -> int:
    """Enter the vantage, run the playbook, and return the exit code of ansible-playbook."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    vantage = Vantage(**job["vantage"])
    if vantage.pid:
        enter(vantage)
    run = ansible_runner.run(
        private_data_dir=str(folder),
        playbook=job["playbook"],
        inventory=str(folder / "inventory.json"),
        envvars=job["environment"],
        event_handler=_say,
        quiet=True,
    )
    return int(run.rc)


def _say(event: dict[str, object]) -> bool:
    kind = SAID_OF.get(str(event.get("event")))
    details = event.get("event_data")
    if kind is None or not isinstance(details, dict) or _says_nothing(kind, details):
        return False
    result = details.get("res")
    outcome = result if isinstance(result, dict) else {}
    if kind == "failed" and details.get("ignore_errors"):
        kind = "ok"
    if kind == "ok" and (outcome.get("changed") or _shows_change(event)):
        kind = "changed"
    line = {
        "node": details.get("host", ""),
        "task": details.get("task", ""),
        "state": kind,
        "seconds": round(float(details.get("duration") or 0), 2),
        "message": _message(outcome) if kind in ("failed", "unreachable") else "",
    }
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return False  # nothing is kept under artifacts/


def _shows_change(event: dict[str, object]) -> bool:
    """Tell whether the line for people says it: the result of a ``no_log`` task does not."""
    return CHANGED.search(COLOUR.sub("", str(event.get("stdout")))) is not None


def _says_nothing(kind: str, details: dict[str, object]) -> bool:
    """Tell whether a task only steers the play, and went well."""
    return kind == "ok" and str(details.get("task_action")).rpartition(".")[2] in SILENT_ACTIONS


def _message(outcome: dict[str, object]) -> str:
    parts = (outcome.get("msg"), outcome.get("stderr"), outcome.get("module_stderr"))
    text = "\n".join(str(part).strip() for part in parts if part)[:MESSAGE_CHARACTERS]
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
