"""What the child that collects tells its gathering of the bench."""

from pathlib import Path
from typing import Any

import pytest

from labctl.collect import gathering
from labctl.collect.child import collect_bench
from labctl.collect.recorder import Circumstances
from labctl.connect.base import Endpoints
from labctl.core.deadline import Deadline
from labctl.core.progress import silent
from labctl.core.verdict import Restart
from tests.plans import plan_of

CUT = Circumstances(restart=Restart(("routeur",), "before", ""))


class Stopped(Exception):
    pass


@pytest.mark.parametrize(("known", "expected"), [(CUT, True), (Circumstances(), False)])
def test_a_look_after_a_power_cut_is_told_to_wait_longer(
    known: Circumstances, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def gather(*_given: object, is_after_cut: bool) -> Any:
        seen.append(is_after_cut)
        raise Stopped

    monkeypatch.setattr(gathering, "Gathering", gather)
    nowhere = Endpoints(1, "namespace", (), {})

    with pytest.raises(Stopped):
        collect_bench(
            plan_of(1), nowhere, [], tmp_path, Deadline.after(60), silent, circumstances=known
        )

    assert seen == [expected]
