"""Benches are removed whatever one provider cannot do, and what could not be looked at is told."""

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError, ProviderError, StoreError
from labctl.core.ids import BenchId
from labctl.core.progress import silent
from labctl.pipeline import lifecycle
from labctl.pipeline.order import Order
from labctl.pipeline.place import bench_dir
from labctl.plan.document import to_json
from labctl.providers.base import Unseen
from tests.plans import plan_of
from tests.small_bench import outer_plan

ALL = lifecycle.choose_providers("")
Errors = dict[str, LabctlError]


class Remover:
    """Removes benches, or says why it does not."""

    def __init__(self, name: str, errors: Errors, asked: list[str]) -> None:
        self.name, self.error, self.asked = name, errors.get(name), asked

    def down(self, bench: BenchId, deadline: Deadline) -> bool:
        del bench, deadline
        self.asked.append(self.name)
        if self.error:
            raise self.error
        return self.name == "embedded"

    def list_benches(self) -> tuple[BenchId, ...]:
        if self.error:
            raise self.error
        return (BenchId(3),)


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path_factory.mktemp("state")))


@pytest.fixture
def errors() -> Errors:
    return {}


@pytest.fixture(autouse=True)
def asked(errors: Errors, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(lifecycle, "load", lambda name: Remover(name, errors, found))
    return found


def remove() -> bool:
    options = {"providers": list(ALL), "sealed": False}
    return lifecycle.remove_bench(Order("down", 1, (), 60.0, options=options), silent)


def keep(text: str) -> None:
    bench_dir(1).mkdir(parents=True)
    (bench_dir(1) / "plan.json").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("is_built", [False, True])
@pytest.mark.parametrize("error", [ProviderError("off"), StoreError("unreadable")])
def test_the_first_error_is_told_when_every_provider_was_asked(
    errors: Errors, asked: list[str], error: LabctlError, is_built: bool
) -> None:
    keep(to_json(plan_of(1)) if is_built else "")
    errors |= {"incus": error, "libvirt": ProviderError("no hypervisor")}

    with pytest.raises(type(error), match=error.message):
        remove()

    assert asked == ["incus", "libvirt", "embedded"]


def test_nobody_removes_the_folder_of_a_bench_that_its_own_provider_could_not_remove(
    errors: Errors, asked: list[str]
) -> None:
    keep(to_json(outer_plan()).replace('"provider": "embedded"', '"provider": "incus"'))
    errors["incus"] = ProviderError("off")

    with pytest.raises(ProviderError, match="off"):
        remove()

    assert asked == ["incus"]


def test_a_bench_is_removed_when_one_provider_had_something_of_it(asked: list[str]) -> None:
    assert remove()
    assert asked == list(ALL)


@pytest.mark.parametrize(
    ("error", "found"),
    [(ProviderError("off"), (3,)), (Unseen(ProviderError("off"), (BenchId(7),)), (3, 7))],
)
def test_a_host_that_is_off_hides_no_bench_of_the_others(
    errors: Errors, error: LabctlError, found: tuple[int, ...]
) -> None:
    told: list[LabctlError] = []
    errors["incus"] = error

    assert lifecycle.list_benches(ALL, told.append) == found
    assert lifecycle.list_existing(ALL, (3, 4), told.append) == (3,)
    assert told == [error, error]
