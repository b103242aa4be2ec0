"""Which playbook solves a cahier."""

from pathlib import Path

import pytest

from labctl.configure.run import find_solution
from labctl.core import paths
from labctl.core.errors import UsageError
from tests.plans import ROOT

SHIPPED = ROOT / "playbooks" / "solutions" / "tai-tp-pme-01" / "site.yml"


def write_solution(root: Path, cahier: str) -> Path:
    """Write a playbook that does nothing."""
    path = root / "playbooks" / "solutions" / cahier / "site.yml"
    path.parent.mkdir(parents=True)
    path.write_text("[]\n")
    return path


def test_a_cahier_is_solved_by_its_own_solution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    own = write_solution(tmp_path, "mon-sujet")
    assert find_solution("mon-sujet") == own
    assert find_solution("tai-tp-pme-01") == SHIPPED


def test_a_cahier_without_one_is_solved_by_that_of_labctl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    write_solution(tmp_path, "autre")
    assert find_solution("mon-sujet") == SHIPPED


def test_a_cahier_that_nothing_solves_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "PACKAGE", tmp_path / "labctl")
    write_solution(tmp_path, "un")
    write_solution(tmp_path, "deux")
    with pytest.raises(UsageError, match="aucun corrigé pour le cahier « mon-sujet »") as caught:
        find_solution("mon-sujet")
    assert caught.value.hint == (
        "corrigés : deux, un ; écrivez le vôtre dans playbooks/solutions/mon-sujet/site.yml"
    )
