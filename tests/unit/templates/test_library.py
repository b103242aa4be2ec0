"""What the start programs of machines share."""

from types import SimpleNamespace

import pytest

from tests.unit.templates.programs import load_library


@pytest.mark.parametrize(("patience", "waited"), [(1.0, 30), (10.0, 300)])
def test_a_slow_host_gives_a_service_more_time(
    monkeypatch: pytest.MonkeyPatch, patience: float, waited: int
) -> None:
    slept: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: sum(slept), sleep=slept.append)
    node = load_library()
    monkeypatch.setattr(node, "time", clock)
    monkeypatch.setattr(node, "PATIENCE", patience)

    with pytest.raises(TimeoutError, match=f"{waited}.0 s"):
        node.wait(lambda: False, seconds=30, every=1)

    assert sum(slept) == waited + 1
