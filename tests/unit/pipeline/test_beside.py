"""What the labctl beside a bench is given is what the one that ordered knows."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labctl.collect.recorder import Circumstances
from labctl.core.handed import Document
from labctl.core.verdict import Help
from labctl.pipeline import beside
from labctl.pipeline.order import Order, from_line, to_line
from labctl.pipeline.remote import ask_beside
from labctl.plan.model import Hosting
from tests.plans import plan_of

KNOWN = Circumstances(
    helps=(Help("L1", "formateur"),),
    documents=(Document("fiche.odt", b"PK\x03\x04\xff\xc6", "2026-11-30T08:00:00Z"),),
)


class Looked(Exception):
    pass


def test_documents_and_helps_arrive_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def look(*_args: object, circumstances: Circumstances, **_kept: object) -> Path:
        seen["known"] = circumstances
        raise Looked

    class Here:
        def endpoints(self, _plan: object) -> None:
            return None

    monkeypatch.setattr(beside, "collect_bench", look)
    monkeypatch.setattr(beside, "load_observer", lambda _name: Here())
    monkeypatch.setattr(beside, "new_run", lambda _bench: Path("run"))
    order = beside.order_look(plan_of(1), [], 75.0, {}, KNOWN)

    with pytest.raises(Looked):
        beside.look_on(from_line(to_line(order)), lambda _text: None)

    assert seen["known"] == KNOWN


def test_evidence_of_a_look_beside_goes_where_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    result = json.dumps({"value": "r", "files": {"evidence/journal.jsonl": "e30K"}})
    lines = (json.dumps({"part": result}), json.dumps({"end": True}))
    argv = (sys.executable, "-c", f"print({chr(10).join(lines)!r})")
    order = beside.order_look(plan_of(1), [], 75.0, {}, KNOWN)

    found = ask_beside(argv, order, lambda _text: None, tmp_path / "private")

    assert found == tmp_path / "private"
    assert (found / "evidence" / "journal.jsonl").read_text() == "{}\n"
    assert not (tmp_path / "state").exists()


def test_a_slow_bench_has_its_patience_beside_it_too() -> None:
    slow = replace(plan_of(1), hosting=Hosting("grappe", patience=3.0))
    limit = Order("look", 1, (slow,), 3 * 75.0).begin()

    assert limit.patience == slow.patience
    assert 0 < limit.remaining_s() <= 3 * 75.0
    assert limit.within(10.0).remaining_s() > 10.0
