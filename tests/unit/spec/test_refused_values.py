"""Values that a document of an exam or a room cannot have, and look-ups that find nothing."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic_core import PydanticCustomError

from labctl.spec.fields import _code
from labctl.spec.hosting import Host
from labctl.spec.referential import Referential
from labctl.spec.rules.official import find_unknown_referential


def test_a_code_is_a_number_or_a_word() -> None:
    with pytest.raises(PydanticCustomError):
        _code([])


def test_a_host_is_at_home_without_an_address() -> None:
    assert Host.model_construct(access="ssh://salle1").at_home().access is None


def test_a_criterion_of_no_competency_is_refused() -> None:
    with pytest.raises(KeyError):
        Referential.model_construct(competencies=()).competency_with("9.9")


def test_a_referential_without_a_grid_is_said() -> None:
    view = cast("Any", SimpleNamespace(subject=SimpleNamespace(referential="tai")))
    exams = cast("Any", SimpleNamespace(known=("tai",), graded=()))
    (found,) = find_unknown_referential(view, exams)
    assert "grille" in found.message
