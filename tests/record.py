"""Turn the evidence of a run into recordings: ``python -m tests.record RUN_DIR CASE [FACT…]``.

Every answer a fact came from becomes ``tests/recordings/<Fact>/<CASE>/output-N.txt``; then run
``LABCTL_REWRITE_GOLDEN=1 pytest tests/unit/facts/test_recordings.py`` and read the diff.
"""

import json
import sys
from pathlib import Path
from typing import Any

from labctl.plan.document import from_json
from labctl.plan.model import Plan
from tests.plans import Desk, desk_of

RECORDINGS = Path(__file__).resolve().parent / "recordings"


def main(run_dir: str, case: str, *wanted: str) -> None:
    """Write the recordings of a run."""
    evidence = Path(run_dir) / "evidence"
    lines = (evidence / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    records = {record["seq"]: record for record in map(json.loads, lines)}
    start = next(r for r in records.values() if r["kind"] == "start")
    plan = from_json((evidence / "raw" / start["plan"]).read_bytes())
    for record in records.values():
        if record["kind"] == "fact" and (not wanted or record["fact"] in wanted):
            answers = [records[seq] for seq in record["answers"]]
            write_case(evidence / "raw", RECORDINGS / record["fact"] / case, answers, plan)


def write_case(raw: Path, folder: Path, answers: list[dict[str, Any]], plan: Plan) -> None:
    """Write one recording; an answer that did not come has no file."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, answer in enumerate(answers, start=1):
        name = "output.txt" if len(answers) == 1 else f"output-{number}.txt"
        if answer["trouble"] is None:
            (folder / name).write_bytes((raw / answer["digest"]).read_bytes())
    codes = [answer["exit_code"] or 0 for answer in answers]
    if any(codes):
        (folder / "exits.json").write_text(json.dumps(codes) + "\n", encoding="utf-8")
    if plan.bench != 1:
        (folder / "bench").write_text(f"{plan.bench}\n", encoding="utf-8")
    if desk_of(plan) is not Desk.LINUX:
        (folder / "kind").write_text(f"{plan.desks[0].desk}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
