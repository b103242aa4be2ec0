"""A check that a file declares: what it says of what was seen, and for which benches it is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.expect import Undecided
from labctl.core.verdict import Match, Mismatch, Reason, Unobserved
from labctl.facts.declared import Shown
from labctl.facts.watched import Seen
from labctl.judge.declared import make_judge, make_spec
from labctl.spec.declared import Declared, load_declared
from tests.plans import plan_of

TEXT = """\
id: L-101
label: "Le serveur de fichiers est là"
exam: tai
criterion: "6.2"
looks:
  - {on: nas, service: smbd}
  - {on: nas, service: telnetd, healthy: {exit: 1}}
  - {on: nas, port: 445, from: ADMIN}
  - {on: nas, port: 23, from: ADMIN, healthy: {exit: 1}}
  - {on: nas, file: /etc/hosts, healthy: {output: nas, without: autre}}
  - {on: nas, run: [/bin/true], healthy: {exit: 0}, label: "une commande"}
  - {on: nas, run: [/bin/false], healthy: {exit: 1}}
"""
PLAN = plan_of(1)


@pytest.fixture
def declared(tmp_path: Path, use_content: Callable[[Path], None]) -> Declared:
    """Return a check with a look of each sort."""
    use_content(tmp_path)
    file = tmp_path / "checks" / "centre" / "declared" / "L-101.yml"
    file.parent.mkdir(parents=True)
    file.write_text(TEXT, encoding="utf-8")
    return load_declared(file)


def shown(declared: Declared, *, healthy: bool) -> Shown:
    return Shown(tuple(Seen(look.name, healthy, "rien de tel") for look in declared.looks))


def test_it_conforms_where_every_look_is_healthy(declared: Declared) -> None:
    found = make_judge(declared)(PLAN, shown(declared, healthy=True))

    assert isinstance(found, Match)


def test_each_look_says_what_was_wanted_and_what_was_found(declared: Declared) -> None:
    with pytest.raises(Mismatch) as found:
        make_judge(declared)(PLAN, shown(declared, healthy=False))
    said = str(found.value)
    for words in (
        "attendu : présent",
        "attendu : absent",
        "attendu : ouvert",
        "attendu : fermé",
        "« nas » dans la réponse",
        "pas de « autre » dans la réponse",
        "code de fin 0",
        "code de fin 1",
        "une commande",
        "vu de ADMIN",
        "trouvé : rien de tel",
    ):
        assert words in said, words


def test_what_was_not_observed_is_not_judged(declared: Declared) -> None:
    judge = make_judge(declared)
    late = Unobserved(Reason.TIMEOUT, "trop tard")
    seen = tuple(Seen(look.name, None, "", late) for look in declared.looks)

    with pytest.raises(Undecided, match="trop tard"):
        judge(PLAN, Shown(seen))
    with pytest.raises(Undecided, match="d'avant ce que dit le fichier"):
        judge(PLAN, Shown(()))
    lost = tuple(one.map(lambda _: "${plan.nulle}") for one in declared.looks)
    judge = make_judge(replace(declared, looks=lost))
    with pytest.raises(Undecided, match="nulle"):
        judge(PLAN, shown(declared, healthy=True))


def test_it_is_for_the_benches_that_have_its_machines(declared: Declared) -> None:
    def means(one: Declared) -> bool:
        spec = make_spec(one, is_proved=True)
        assert spec.means
        return spec.means(PLAN)

    assert means(declared)
    assert means(replace(declared, subjects=(PLAN.cahier,)))
    assert not means(replace(declared, subjects=("autre",)))
    assert not means(replace(declared, exam="autre"))
    assert not means(replace(declared, looks=(replace(declared.looks[0], face="ios"),)))


def test_a_look_from_elsewhere_goes_through_what_lies_between(declared: Declared) -> None:
    spec = make_spec(declared, is_proved=False)

    assert spec.label.endswith("(non prouvé)")
    assert spec.over
    assert spec.over(PLAN) == ("hote", "nas")
    assert make_spec(replace(declared, looks=declared.looks[:1]), is_proved=True).over is None
