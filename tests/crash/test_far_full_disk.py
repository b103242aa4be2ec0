"""A disk that is full here while a bench is on another host: nothing is lost, nothing stays."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labctl.collect.bundle import load
from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import StoreError
from labctl.core.progress import silent
from labctl.pipeline import elsewhere, lifecycle, remote
from labctl.pipeline.order import Order
from labctl.pipeline.place import bench_runs, latest_run
from labctl.plan.model import Hosting
from tests.far_host import open_far_host
from tests.small_bench import small_plan

pytestmark = pytest.mark.embedded

BENCH = 2
FACTS = ["software.Software", "storage.Volumes"]
KIB = 1024


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """Give a disk of so many bytes in the place of a folder."""
    folder.mkdir()
    options = ("-t", "tmpfs", "-o", f"size={size}", "none", str(folder))
    command.run(("mount", *options), Deadline.after(60))
    try:
        yield folder
    finally:
        command.run(("umount", str(folder)), Deadline.after(60))


def fill(folder: Path) -> None:
    with suppress(OSError), (folder / "filling").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def test_a_full_disk_here_keeps_no_bench_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_far_host(tmp_path / "far") as host, small_disk(tmp_path / "here", 200 * KIB) as here:
        monkeypatch.setenv("LABCTL_STATE_DIR", str(here / "state"))
        hosting = Hosting("loin", host.access, str(host.program))
        plan = replace(small_plan(BENCH), hosting=hosting)

        def ask(act: str, **options: object) -> Any:
            return remote.ask(hosting, Order(act, BENCH, (plan,), 60.0, options=options), silent)

        ask("up")
        whole = ask("collect", facts=FACTS, only=())
        fill(here)
        with pytest.raises(StoreError, match="le disque est plein"):
            ask("collect", facts=FACTS, only=())
        assert latest_run(BENCH) == whole
        load(whole)

        done = lifecycle.down(("embedded",), (BENCH,), lambda _bench, _text: None, sealed=False)

        assert done[BENCH].value is True
        assert not (host.state / "benches").exists()
        assert elsewhere.list_benches() == ()
        assert bench_runs(BENCH).is_dir()
