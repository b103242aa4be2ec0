"""A disk that is full while machines are made is the host's affair, not a defect of labctl."""

import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn, cast

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import StoreError
from labctl.core.ids import BenchId
from labctl.core.progress import silent
from labctl.providers.namespaces.bench import Bench
from labctl.providers.roles import builder, layers
from labctl.providers.works import acts
from labctl.providers.works.construction import Works
from labctl.spec.kind import load_chain
from tests.plans import plan_of


def refuse(*_anything: object) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Works:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LABCTL_CACHE_DIR", str(tmp_path / "cache"))
    return cast("Works", SimpleNamespace(bench=Bench(BenchId(1)), plan=plan_of(1)))


def test_a_bench_that_finds_no_room_says_so(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labctl.providers.works.construction.ensure_layers", refuse)

    with pytest.raises(StoreError, match=r"benches/01 » ne peut être écrit : le disque est plein"):
        acts.up(works)


def test_a_reset_that_finds_no_room_says_so(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labctl.providers.works.resetting.reset_all", refuse)

    with pytest.raises(StoreError, match="le disque est plein"):
        acts.reset(works, ())


@pytest.mark.usefixtures("works")
def test_a_layer_that_finds_no_room_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labctl.providers.roles.debian.bootstrap", refuse)
    (base, *_others) = layers.resolve(load_chain("router"))

    with pytest.raises(StoreError, match="le disque est plein"):
        builder.build([base], silent, Deadline.after(60))
