"""Benches of another machine: every verb does there, over ssh, what it does here."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.store import lock
from labctl.core.wait import until
from tests.commands import Command
from tests.far_host import FarHost, open_far_host, write_program
from tests.plans import ROOT

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarHost]:
    with open_far_host(tmp_path_factory.mktemp("far")) as opened:
        yield opened
        Command(opened.state).must("down", "--all", "--sealed")


@pytest.fixture(scope="module")
def here(host: FarHost, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Give labctl in a room whose bench 1 is here, and bench 2 on the other machine."""
    folder = tmp_path_factory.mktemp("here")
    return Command(folder / "state", {"LABCTL_ROOM": str(write_room(folder, host))})


def write_room(folder: Path, host: FarHost) -> Path:
    """Write the room of demonstration with two hosts, the second one over ssh."""
    shipped = (ROOT / "inventories/rooms/demo-libvirt.room.yml").read_text(encoding="utf-8")
    head, _hosts, tail = shipped.partition("hotes:")
    local = "  - {nom: ici, memoire_mib: 60000, disque_mib: 160000, coeurs: 8}\n"
    there = host.as_line("loin", f'acces: "{host.access}"')
    rest = tail[tail.index("\ngrille:") :].replace("{num: 2,", "{num: 2, hote: loin,")
    text = f"{head}hotes:\n{local}{there}{rest}"
    room = folder / "two.room.yml"
    room.write_text(text.replace("fournisseur: libvirt", "fournisseur: embedded"), "utf-8")
    return room


def test_a_bench_is_built_where_its_host_is_and_graded_from_here(
    here: Command, host: FarHost
) -> None:
    (built,) = here.json("up", "2")["built"]
    (again,) = here.json("up", "2")["built"]

    assert (built["bench"], built["started"]) == (2, again["started"] or built["started"])
    assert again["started"] == []
    assert (host.state / "benches" / "02").is_dir()
    assert not (here.state / "benches" / "02").exists()
    verdicts = here.verdicts(2)
    assert verdicts
    assert not [v for v in verdicts.values() if v["verdict"] in ("conforme", "non vérifiable")]
    (run,) = (here.state / "runs" / "02").iterdir()  # the evidence is here, and judged again here
    assert here.json("grade", "--from", str(run))["benches"][0]["bench"] == 2


def test_the_bench_of_here_and_that_of_there_have_the_same_addresses(here: Command) -> None:
    here.must("up", "1")

    found = here.json("status", "1-2")["benches"]

    assert [bench["condition"] for bench in found] == ["prêt", "prêt"]
    assert here.json("up", "1-2", "--dry-run")["would_build"] == {"1": [], "2": []}
    here.must("down", "1")


@pytest.mark.nightly
def test_a_solved_bench_conforms_and_a_reset_is_proved(here: Command) -> None:
    assert here.json("solve", "2")["solved"]["2"]["changed"] > 0

    verdicts = here.verdicts(2, "--strict")
    assert all(verdict["assisted"] for verdict in verdicts.values())  # the mark came along
    (renewed,) = here.json("reset", "2")["reset"]

    assert {verdict["verdict"] for verdict in verdicts.values()} == {"conforme"}
    assert all(node["expected"] == node["observed"] for node in renewed["proof"]["nodes"])
    assert (renewed["proof"]["kept"], renewed["proof"]["found_in"]) == ([], [])


def test_a_console_is_a_command_in_the_machine(here: Command) -> None:
    assert here.must("connect", "2", "poste", "--", "uname", "-n").strip() == "poste"
    assert here.run("connect", "2", "poste", "--", "sh", "-c", "exit 7").returncode == 7


def test_what_the_host_refuses_is_said_in_its_words_and_our_language(
    here: Command, host: FarHost
) -> None:
    with lock(host.state / "benches/02/lock", "labctl prove"):
        refused = here.run("reset", "2")
        english = here.run("reset", "2", "--lang", "en")

    assert refused.returncode == english.returncode == 5
    assert "tenu par labctl prove" in refused.stderr
    assert "held by labctl prove" in english.stderr


@pytest.mark.nightly
def test_a_seal_is_of_the_host_and_its_key_is_among_those_of_the_centre(
    here: Command, host: FarHost, tmp_path: Path
) -> None:
    (sealed,) = here.json("seal", "2")["sealed"]
    keys = tmp_path / "keys"
    keys.write_text(here.must("seal", "--public-key"), encoding="utf-8")
    stranger = tmp_path / "stranger"
    assert here.run("grade", "2").returncode == 5
    assert len(keys.read_text(encoding="utf-8").splitlines()) == 2
    (opened,) = here.json("unseal", "2", "--signers", str(keys))["opened"]
    assert opened["fingerprint"] == sealed["fingerprint"]
    own = (host.state / "seal/allowed_signers").read_text(encoding="utf-8")
    other = [line for line in keys.read_text("utf-8").splitlines(keepends=True) if line != own]
    stranger.write_text("".join(other), encoding="utf-8")
    assert here.run("unseal", "2", "--dry-run", "--signers", str(stranger)).returncode == 5
    here.must("reset", "2", "--sealed")


def test_when_the_one_who_ordered_is_killed_the_work_ends_and_the_same_command_converges(
    here: Command, host: FarHost
) -> None:
    here.must("down", "2")
    argv = (sys.executable, "-m", "labctl", "up", "2")
    environment = {**os.environ, "LABCTL_STATE_DIR": str(here.state), **here.environment}
    with subprocess.Popen(argv, env=environment, start_new_session=True) as killed:  # noqa: TID251
        wait_for((host.state / "benches/02").is_dir)
        os.killpg(killed.pid, signal.SIGKILL)
    wait_for(lambda: Command(host.state).run("status", "2").returncode == 0)

    here.must("up", "2")

    assert here.json("status", "2")["benches"][0]["condition"] == "prêt"


def test_another_labctl_on_the_host_is_refused(here: Command, host: FarHost) -> None:
    own = host.folder / "content" / "checks"
    own.mkdir(parents=True, exist_ok=True)
    (own / "more.py").write_text("# a check of the centre that is not here\n", encoding="utf-8")
    write_program(host, settings=f"export LABCTL_CONTENT_DIR={own.parent}\n")
    try:
        refused = here.run("status", "2")
    finally:
        write_program(host)
    assert refused.returncode == 2
    assert "n'est pas le même" in refused.stderr


def test_a_host_that_cannot_be_reached_is_named_with_what_to_try(
    here: Command, host: FarHost, tmp_path: Path
) -> None:
    room = Path(here.environment["LABCTL_ROOM"])
    text = room.read_text(encoding="utf-8")
    closed = tmp_path / "closed.room.yml"
    closed.write_text(re.sub(rf":{host.port}\b", ":9", text), encoding="utf-8")

    refused = here.run("up", "2", "--room", str(closed))

    assert refused.returncode == 5
    assert "« loin »" in refused.stderr
    assert "Connection refused" in refused.stderr
    assert "piste : essayez : ssh" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_down_finds_the_bench_without_the_room_and_leaves_nothing(
    here: Command, host: FarHost
) -> None:
    alone = Command(here.state)

    assert json.loads(alone.must("down", "--all", "--dry-run", "--json"))["would_remove"] == [2]
    alone.must("down", "--all")

    assert not (host.state / "benches").exists()
    assert not (here.state / "elsewhere").exists()


def wait_for(happens: Callable[[], bool]) -> None:
    assert until(happens, Deadline.after(30))
