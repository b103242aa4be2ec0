"""core.check: a declaration says what the engine knows of a check."""

import pytest

from labctl.core.check import CheckSpec, check


def declared(function: object) -> CheckSpec:
    spec = function.labctl_check  # type: ignore[attr-defined]  # what the decorator adds
    assert isinstance(spec, CheckSpec)
    return spec


def test_all_that_is_declared_is_kept() -> None:
    @check(
        "L-001", needs=(int, str), after=("L-000",),
        witnesses=(float,), over=tuple, face="linux", ended_by_cut=True,
    )  # fmt: skip
    def check_this() -> None:
        """Ceci est comme demandé.

        Le reste n'est pas le libellé.
        """

    assert declared(check_this) == CheckSpec(
        "L-001", (int, str), ("L-000",), "Ceci est comme demandé",  # type: ignore[arg-type]
        (float,), tuple, "linux", ended_by_cut=True,
    )  # fmt: skip


def test_little_needs_to_be_declared() -> None:
    @check("L-001", needs=int)
    def check_this() -> None:
        """Ceci."""

    spec = declared(check_this)
    assert (spec.needs, spec.after) == ((int,), ())
    assert (spec.witnesses, spec.over, spec.face, spec.ended_by_cut) == ((), None, "", False)


@pytest.mark.parametrize("label", [None, "", " \n "])
def test_a_check_has_a_label(label: str | None) -> None:
    def check_this() -> None: ...

    check_this.__doc__ = label
    with pytest.raises(ValueError, match=r"^L-001: a check needs a docstring, its French label$"):
        check("L-001", needs=int)(check_this)


def test_a_field_of_machines_is_one_of_a_demand() -> None:
    def check_this() -> None:
        """Ceci."""

    with pytest.raises(TypeError, match=r"^L-001: each='on' names a field of a demand: asks=…$"):
        check("L-001", needs=int, each="on")(check_this)
