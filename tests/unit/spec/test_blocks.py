"""Blocks of a cahier that topics understand, those of a centre among them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core.errors import SpecError
from labctl.spec.cahier import load_cahier
from labctl.spec.lint import validate_cahier
from labctl.spec.topic import find_topics, list_asking
from tests.plans import CAHIER

TOPIC = "block: horloge\nclass: Clock\ntitle: L'heure\n"
DEMAND = '''
from labctl.api import Demand, Machines, Natural, key


class Clock(Demand):
    """L'heure."""

    on: Machines = key("sur", "machines")
    drift_s: Natural = key("ecart_s", "écart admis")
'''
RULES = """
from checks.clock.demand import Clock
from labctl.api import Remark, View, rule


@rule("horloge-lente", reads=Clock)
def find_slow(asked: Clock, _view: View):
    if asked.drift_s > 60:
        yield Remark(asked, "drift_s", f"{asked.drift_s} s, c'est lent", "60 au plus")
"""


@pytest.fixture
def centre(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return the folder of a topic of a centre."""
    folder = tmp_path / "checks" / "clock"
    folder.mkdir(parents=True)
    for name, text in (("topic.yml", TOPIC), ("demand.py", DEMAND), ("rules.py", RULES)):
        (folder / name).write_text(text, encoding="utf-8")
    use_content(tmp_path)
    return folder


def write(folder: Path, block: str, old: str = "", new: str = "") -> Path:
    file = folder / "x.cdc.yml"
    text = CAHIER.read_text("utf-8").replace(old, new) if old else CAHIER.read_text("utf-8")
    if block.startswith("horloge:"):
        text = text.replace("[annuaire, strategies]", "[annuaire, strategies, horloge]")
        text = text.replace("non_demande: [", "non_demande: [horloge, ")
    file.write_text(f"{text}\n{block}\n", encoding="utf-8")
    return file


def said(file: Path) -> list[str]:
    return [str(one).partition(": ")[2] for one in validate_cahier(file)]


def test_a_topic_of_a_centre_is_asked_for(centre: Path) -> None:
    cahier = load_cahier(write(centre, "horloge: {sur: [dc, nas], ecart_s: 5}"))
    demand = next(one for one in cahier.wanted("A").demands.values() if one.topic == "clock")
    assert demand.write() == {"on": ["dc", "nas"], "drift_s": 5}
    assert "clock" in cahier.topics


def test_a_topic_that_is_not_named_is_not_there(centre: Path) -> None:
    assert "clock" not in load_cahier(write(centre, "")).topics


def test_a_mistake_of_form_lies_at_its_line(centre: Path) -> None:
    assert said(write(centre, "horloge:\n  sur: dc\n  ecart_s: -1")) == [
        "« ecart_s » : valeur trop petite : 0 au moins, trouvé : « -1 » [valeur]"
    ]


def test_the_rules_of_a_topic_are_those_of_the_cahier(centre: Path) -> None:
    assert said(write(centre, "horloge: {sur: dc, ecart_s: 90}")) == [
        "90 s, c'est lent [horloge-lente]\n  60 au plus"
    ]


def test_an_author_opts_out_of_the_rule_of_a_topic(centre: Path) -> None:
    block = "horloge: {sur: dc, ecart_s: 90}\nlint: {ignorer: [horloge-lente]}"
    assert said(write(centre, block)) == []


def test_a_rule_is_not_run_on_a_block_that_is_ill_formed(centre: Path) -> None:
    found = said(write(centre, "horloge: {sur: dc, ecart_s: beaucoup}"))
    assert [one.rpartition(" [")[2] for one in found] == ["type]"]


def test_an_unknown_key_does_not_hide_what_a_rule_says(centre: Path) -> None:
    found = said(write(centre, "horloge: {sur: dc, ecart_s: 90, fuseau: x}"))
    assert [one.partition("\n")[0].rpartition(" [")[2] for one in found] == [
        "horloge-lente]",
        "cle-inconnue]",
    ]


def test_a_reference_to_nothing_silences_the_rules_of_its_block(centre: Path) -> None:
    found = said(write(centre, "horloge: {sur: dc, ecart_s: 90, x: '${rien}'}"))
    assert [one for one in found if "horloge-lente" in one] == []


def test_a_misspelt_block_is_compared_to_those_of_the_topics(centre: Path) -> None:
    assert said(write(centre, "horloje: {sur: dc}")) == [
        "clé « horloje » inconnue [cle-inconnue]\n  vouliez-vous dire « horloge » ?"
    ]


def test_a_topic_without_a_title(centre: Path) -> None:
    (centre / "topic.yml").write_text("block: horloge\nclass: Clock\n", encoding="utf-8")
    with pytest.raises(SpecError, match="clé « title » absente"):
        find_topics(["horloge"])


@pytest.mark.parametrize("text", ["x = 1\n", "x = \n", "import nowhere\n"])
def test_a_class_that_is_not_there(centre: Path, text: str) -> None:
    (centre / "demand.py").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=r"checks\.clock\.demand"):
        load_cahier(write(centre, "horloge: {sur: dc, ecart_s: 5}"))


def test_the_folder_of_a_centre_that_adds_a_check_keeps_the_shipped_block(centre: Path) -> None:
    (centre.parent / "updates").mkdir()
    assert [one.block for one in list_asking() if one.name == "updates"] == ["mises_a_jour"]


def test_a_rule_that_names_an_object_of_its_own_is_a_defect(centre: Path) -> None:
    own = RULES.replace("Remark(asked,", "Remark(asked.model_copy(),")
    (centre / "rules.py").write_text(own, encoding="utf-8")
    with pytest.raises(ValueError, match="Clock is no part of the cahier"):
        validate_cahier(write(centre, "horloge: {sur: dc, ecart_s: 90}"))
