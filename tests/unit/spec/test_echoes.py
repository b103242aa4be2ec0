"""What is said once of several variants, and where a value that a variable gives is written."""

import pytest

from labctl.spec.cahier import _is_of_variables
from labctl.spec.lint import _gather
from labctl.spec.loader import Path_, Value
from labctl.spec.rules.view import Finding

TREE: dict[str, Value] = {"plage": "${etendue}", "bail_h": 8, "lecteurs": {"${lettre}": "COMMUN"}}


@pytest.mark.parametrize(
    ("path", "given"),
    [
        (("plage",), True),
        (("plage", 0), True),
        (("lecteurs", "S:"), True),
        (("bail_h",), False),
    ],
)
def test_a_value_below_a_reference_is_one_that_variables_give(
    path: Path_, given: bool
) -> None:  # a parameter
    assert _is_of_variables(TREE, path) is given


def test_variants_with_more_findings_than_others_are_each_named() -> None:
    one, other = Finding(("dhcp",), "un"), Finding(("dhcp",), "deux")
    found = [each.message for each in _gather({"A": (one,), "B": (one, other)}, 3)]
    assert found == ["variante A : un", "variante B : un", "variante B : deux"]
