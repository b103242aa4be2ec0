"""What ``doctor`` may say without root: never that a machine lacks what only root can try."""

import os

import pytest

from labctl.providers.works.doctor import _look_at_kernel, _look_at_programs, search_path


def test_without_root_the_kernel_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    found = {finding.name: finding for finding in _look_at_kernel()}

    unknown = {name for name, finding in found.items() if not finding.is_known}
    assert unknown == set(found) - {"overlay"}
    assert {found[name].hint for name in unknown} == {"à vérifier en root"}


def test_programs_of_root_are_looked_for_where_root_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert search_path().split(":")[0] == "/nowhere"
    assert "/usr/sbin" in search_path().split(":")
    assert {finding.name for finding in _look_at_programs()} == {"programmes"}
