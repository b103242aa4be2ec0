"""The figure of ``make mutate``: which mutants are tried, and which count as noticed."""

import json
from pathlib import Path

import pytest

from tests.bite import mutants


def made(folder: Path, name: str, **ended: int | None) -> None:
    meta = folder / "labctl" / f"{name}.py.meta"
    meta.parent.mkdir(parents=True, exist_ok=True)
    meta.write_text(json.dumps({"exit_code_by_key": ended}))


def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *words: str,
) -> tuple[int, list[str]]:
    monkeypatch.setattr(mutants, "MADE", tmp_path)
    code = mutants.main(words)
    return code, capsys.readouterr().out.splitlines()


def test_the_same_part_of_each_module_is_tried_every_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path, "spec/a", **{f"a{n}": None for n in range(40)})
    made(tmp_path, "spec/b", b0=1)
    made(tmp_path, "spec/empty")
    code, first = run(tmp_path, monkeypatch, capsys, "sample", "10", "1")
    assert (code, len(first), first[-1]) == (0, 5, "b0")
    assert run(tmp_path, monkeypatch, capsys, "sample", "10", "1") == (0, first)
    assert run(tmp_path, monkeypatch, capsys, "sample", "10", "2") != (0, first)
    assert len(run(tmp_path, monkeypatch, capsys, "sample", "100", "1")[1]) == 41


def test_a_mutant_that_no_test_reaches_or_that_was_not_run_survives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path, "spec/a", failed=1, endless=-24, lived=0, unseen=33, waiting=None)
    code, said = run(tmp_path, monkeypatch, capsys, "score", "100", "1")
    assert code == 1
    assert {line for line in said if line.startswith("survived")} == {
        "survived: lived", "survived: unseen", "survived: waiting",
    }  # fmt: skip
    assert "endless: endless" in said
    assert "  40.0 % of     5  mutants killed in all, 85 % wanted" in said


def test_each_package_has_its_score(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path, "spec/cahier", a=1, b=0)
    made(tmp_path, "spec/rules/exam", c=1, d=1)
    made(tmp_path, "grade/sheet", e=1)
    made(tmp_path, "grade/nothing")
    assert run(tmp_path, monkeypatch, capsys, "score", "100", "1") == (
        1,
        [
            "survived: b",
            " 100.0 % of     1  labctl/grade/sheet.py",
            "  50.0 % of     2  labctl/spec/cahier.py",
            " 100.0 % of     2  labctl/spec/rules/exam.py",
            "",
            " 100.0 % of     1  labctl/grade",
            "  75.0 % of     4  labctl/spec",
            "  80.0 % of     5  mutants killed in all, 85 % wanted",
            "(mutmut show NAME: what was changed)",
        ],
    )


@pytest.mark.parametrize(("lived", "code"), [(3, 0), (4, 1)])
def test_eighty_five_in_a_hundred_are_enough(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lived: int,
    code: int,
) -> None:
    made(tmp_path, "spec/a", **{f"a{n}": 0 if n < lived else 1 for n in range(20)})
    assert run(tmp_path, monkeypatch, capsys, "score", "100", "1")[0] == code


def test_no_mutant_at_all_proves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, monkeypatch, capsys, "score", "100", "1")[0] == 1
