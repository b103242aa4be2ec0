"""Collections that a centre may not have."""

from pathlib import Path

import pytest

from labctl.configure import extras
from labctl.core.errors import InfrastructureError


def test_a_missing_collection_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "ansible_collections" / "ansible" / "windows").mkdir(parents=True)

    with pytest.raises(InfrastructureError, match=r": microsoft\.ad$") as caught:
        extras.require([tmp_path])

    assert "setup-windows" in caught.value.hint


def test_collections_may_be_in_several_places(tmp_path: Path) -> None:
    for root, name in (("a", "ansible/windows"), ("b", "microsoft/ad")):
        (tmp_path / root / "ansible_collections" / name).mkdir(parents=True)

    extras.require([tmp_path / "a", tmp_path / "b"])
