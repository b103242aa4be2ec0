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
from labctl.facts.reading import Wanted
from labctl.facts.watched import want_watches
from labctl.pipeline import beside
from labctl.pipeline.incidents.orders import list_known
from labctl.pipeline.order import Order, from_line, to_line
from labctl.pipeline.place import bench_runs
from labctl.pipeline.remote import ask_beside
from labctl.plan.model import Hosting
from labctl.spec.aim import Aim
from labctl.spec.watch import CimQuestion, Watch
from tests.plans import plan_of

KNOWN = Circumstances(
    helps=(Help("L1", "formateur"),),
    documents=(Document("fiche.odt", b"PK\x03\x04\xff\xc6", "2026-11-30T08:00:00Z"),),
)
PLAN = plan_of(1)
SHIPPED = tuple(
    watch for one in list_known(PLAN).there.values() for watch in one.looks if not watch.check
)
OTHER = replace(SHIPPED[0], argv=(), cli="")
WATCHES = (
    *SHIPPED,
    replace(OTHER, cim=CimQuestion(hive="HKLM", key="SOFTWARE\\x", values=(("é", "string"),))),
    replace(OTHER, aim=Aim("port", "443", {"from": "poste"}), aside=True, settle_s=2.5),
)


class Looked(Exception):
    pass


@pytest.mark.parametrize("watches", [(), WATCHES], ids=["no look besides", "every shipped look"])
def test_what_is_known_and_what_is_looked_at_besides_arrive_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watches: tuple[Watch, ...]
) -> None:
    seen: dict[str, Any] = {}

    def look(
        *args: Any, circumstances: Circumstances, watched: Wanted | None, **_kept: object
    ) -> Path:
        seen.update(known=circumstances, watched=watched, folder=args[3])
        assert not args[3].parent.exists()  # what the look before left
        raise Looked

    class Here:
        def endpoints(self, _plan: object) -> None:
            return None

    monkeypatch.setattr(beside, "collect_bench", look)
    monkeypatch.setattr(beside, "load_observer", lambda _name: Here())
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    left = bench_runs(1) / beside.LAST / "before"
    left.mkdir(parents=True)
    order = beside.order_look(PLAN, [], 75.0, {}, KNOWN, watches)

    with pytest.raises(Looked):
        beside.look_on(from_line(to_line(order)), lambda _text: None)

    assert seen["known"] == KNOWN
    assert seen["folder"].parent == left.parent
    asked = seen["watched"].ask(PLAN) if seen["watched"] else ()
    assert asked == (want_watches(watches).ask(PLAN) if watches else ())


def test_evidence_of_a_look_beside_goes_where_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    result = json.dumps({"value": "r", "files": {"evidence/journal.jsonl": "e30K"}})
    lines = (json.dumps({"part": result}), json.dumps({"end": True}))
    argv = (sys.executable, "-c", f"print({chr(10).join(lines)!r})")
    order = beside.order_look(PLAN, [], 75.0, {}, KNOWN)

    found = ask_beside(argv, order, lambda _text: None, tmp_path / "private")

    assert found == tmp_path / "private"
    assert (found / "evidence" / "journal.jsonl").read_text() == "{}\n"
    assert not (tmp_path / "state").exists()


def test_a_slow_bench_has_its_patience_beside_it_too() -> None:
    slow = replace(PLAN, hosting=Hosting("grappe", patience=3.0))
    limit = Order("look", 1, (slow,), 3 * 75.0).begin()

    assert limit.patience == slow.patience
    assert 0 < limit.remaining_s() <= 3 * 75.0
    assert limit.within(10.0).remaining_s() > 10.0
