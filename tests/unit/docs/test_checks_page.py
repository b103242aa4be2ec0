"""The page of the catalogue is what the catalogue says."""

from labctl.core.content import SABOTAGES, list_files
from labctl.judge.catalogue import load_catalogue
from labctl.judge.page import render_catalogue
from labctl.pipeline.choosing import load_exam
from labctl.spec.fault import load_faults
from labctl.spec.topic import read_topics
from tests.golden import assert_golden
from tests.plans import ROOT


def test_page_of_the_catalogue_is_up_to_date() -> None:
    faults = load_faults(list_files(SABOTAGES).values())
    sabotages = {str(fault.check): fault.label for fault in faults}
    topics, _mistakes = read_topics()
    titles = {topic.name: topic.title for topic in topics}
    page = render_catalogue(load_catalogue(), load_exam("tai"), sabotages, titles)
    assert_golden(page, ROOT / "docs" / "checks.md")
