"""The page of the catalogue is what the catalogue says."""

from labctl.core.paths import list_content
from labctl.judge.catalogue import load_catalogue
from labctl.judge.page import render_catalogue
from labctl.spec.fault import load_faults
from labctl.spec.referential import load_referential
from tests.golden import assert_golden
from tests.plans import ROOT


def test_page_of_the_catalogue_is_up_to_date() -> None:
    referential = load_referential(ROOT / "inventories" / "referentials" / "tai.yml")
    wordings = {criterion.id: criterion.wording for criterion in referential.criteria}
    faults = load_faults(list_content("playbooks/faults", "*.yml").values())
    sabotages = {str(fault.check): fault.label for fault in faults}
    page = render_catalogue(load_catalogue(), wordings, sabotages)
    assert_golden(page, ROOT / "docs" / "checks.md")
