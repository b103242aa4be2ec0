"""The page of the catalogue is what the catalogue says."""

from labctl.core.content import SABOTAGES, list_files
from labctl.judge.catalogue import load_catalogue
from labctl.judge.page import render_catalogue
from labctl.pipeline.choosing import load_exam
from labctl.pipeline.validate import validate
from labctl.spec.fault import load_faults
from labctl.spec.topic import read_topics
from tests.golden import assert_golden
from tests.plans import CAHIER, ROOT, plan_of


def test_page_of_the_catalogue_is_up_to_date() -> None:
    faults = load_faults(list_files(SABOTAGES).values())
    sabotages = {str(fault.check): fault.label for fault in faults}
    topics, _mistakes = read_topics()
    titles = {topic.name: topic.title for topic in topics}
    page = render_catalogue(load_catalogue(), load_exam("tai"), sabotages, titles)
    assert_golden(page, ROOT / "docs" / "checks.md")


def test_every_critere_has_a_check_or_a_reason_why_the_jury_looks() -> None:
    grid = load_exam("tai")
    seen = {entry.criterion for entry in grid.entries.values()}
    bare = [one.id for one in grid.referential.criteria if one.id not in seen]
    assert [name for name in bare if not grid.reason_of(name)] == []


def test_nothing_that_a_shipped_subject_asks_is_looked_at_by_nobody() -> None:
    cahiers = sorted(map(str, CAHIER.parent.glob("*.cdc.yml")))
    checked = validate(cahiers)
    assert checked.unobserved == {}
    assert sorted(checked.jury) == cahiers


def test_a_reason_is_of_a_key_that_no_check_reads() -> None:
    grid = load_exam("tai")
    criteria = {one.id for one in grid.referential.criteria}
    asked = {one.key for bench in (1, 2, 3) for one in plan_of(bench).unread}
    asked.update(key for keys in validate([]).jury.values() for key in keys)
    below = [(f"{name}.", name) for name in grid.jury.keys() - criteria]
    whole = {f"{key}." for key in asked}
    stale = {name for dot, name in below if not any(_meet(dot, key) for key in whole)}
    assert stale == set()
    assert [key for key in asked if not grid.reason_of(key)] == []


def _meet(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
