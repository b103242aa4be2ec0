"""What labctl brings into the jury's instance: its own code, and the libraries that it needs."""

import io
import json
import sys
import tarfile
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.pipeline.order import identity
from labctl.providers.incus import outfit


def list_code() -> set[str]:
    with tarfile.open(fileobj=io.BytesIO(outfit.pack_code())) as archive:
        return set(archive.getnames())


def test_the_code_and_the_content_are_brought_with_what_python_made_of_them() -> None:
    names = list_code()

    assert "opt/labctl/code/labctl/collect/child.py" in names
    assert "opt/labctl/code/vm_templates/probe/kind.yml" in names
    assert any(name.startswith("opt/labctl/code/labctl/core/__pycache__/") for name in names)


def test_another_code_is_told_from_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    file = tmp_path / "checks" / "ours.py"
    file.parent.mkdir()
    file.write_text("ONE = 1\n", encoding="utf-8")
    before = outfit.identify_code()

    assert outfit.identify_code() == before
    file.write_text("ONE = 2\n", encoding="utf-8")
    assert outfit.identify_code() != before


def test_a_centre_s_own_content_is_brought_beside_that_of_labctl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "checks" / "ours" / "topic.yml"
    own.parent.mkdir(parents=True)
    own.write_text("topic: ours\n", encoding="utf-8")
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))

    assert "opt/labctl/own/checks/ours/topic.yml" in list_code()
    assert outfit.environment()["LABCTL_CONTENT_DIR"] == "/opt/labctl/own"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay everything down where it is not at home."""
    root = tmp_path_factory.mktemp("seat")
    outfit.lay_libraries(root)
    with tarfile.open(fileobj=io.BytesIO(outfit.pack_code())) as archive:
        archive.extractall(root, filter="data")
    return root / outfit.PLACE


def run_there(home: Path, *words: str) -> str:
    environment = {
        "PATH": f"{home}/bin:/usr/bin:/bin",
        "PYTHONHOME": str(home),
        "PYTHONPATH": f"{Path(outfit.__file__).parents[3]}:{home / 'libraries'}",
        "LD_LIBRARY_PATH": str(home / "lib"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(home),
    }
    argv = (str(home / "bin/python"), *words)
    return command.run(argv, Deadline.after(240), env=environment).stdout.strip()


@pytest.mark.timeout(300)
def test_what_is_laid_down_looks_at_a_bench_and_takes_steps_by_itself(home: Path) -> None:
    program = (
        "import sys; import labctl.collect.child as child; child.preload();"
        "import labctl.pipeline.beside, labctl.pipeline.serving, labctl.pipeline.taking;"
        "print(sys.prefix)"
    )

    assert run_there(home, "-c", program) == str(home)


@pytest.mark.timeout(300)
def test_documents_are_read_there_by_a_program_that_is_apart(home: Path) -> None:
    program = (
        "import labctl.connect.depot.reader as reader, docx, odfdo, openpyxl, pypdf;"
        "print(reader.__file__)"
    )

    assert run_there(home, "-I", "-c", program) == f"{home}/code/labctl/connect/depot/reader.py"


@pytest.mark.timeout(300)
def test_what_is_laid_down_applies_a_solution_by_itself(home: Path) -> None:
    program = (
        "import json; import labctl.pipeline.applying, labctl.configure.worker;"
        "from labctl.configure.run import _environment; from pathlib import Path;"
        "print(json.dumps(_environment(Path('.'))))"
    )

    environment = json.loads(run_there(home, "-c", program))
    said = run_there(home, str(home / "bin" / "ansible-playbook"), "--version")

    assert environment["PATH"].split(":")[:1] == [f"{home}/bin"]
    assert {f"{home}/libraries", str(Path(outfit.__file__).parents[3])} <= {
        *environment["PYTHONPATH"].split(":")
    }
    assert environment["PYTHONHOME"] == str(home)
    assert said.startswith("ansible-playbook [core ")
    assert f"ansible python module location = {home}/libraries/ansible" in said
    assert not list((home / "libraries").glob("ansible_test"))


def test_what_is_brought_takes_the_orders_of_who_brought_it(tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(outfit.pack_code())) as archive:
        archive.extractall(tmp_path, filter="data")
    program = "from labctl.pipeline.order import identity; print(identity())"

    done = command.run(
        (sys.executable, "-c", program),
        Deadline.after(60),
        env={"PYTHONPATH": str(tmp_path / outfit.CODE), "PATH": "/usr/bin:/bin"},
        cwd=str(tmp_path),
    )

    assert done.stdout.strip() == identity()
