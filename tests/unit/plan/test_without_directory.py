"""A cahier without a directory, whose file server knows accounts of its own: it can be planned."""

import re
from pathlib import Path

import pytest

from checks.directory.demand import Directory
from checks.shares.demand import Shares
from labctl.core.ids import NodeName
from labctl.judge.catalogue import load_checks
from labctl.plan.build import build_plan
from labctl.plan.model import Plan
from labctl.spec.cahier import load_cahier, resolve
from labctl.spec.loader import load
from labctl.spec.partial import build_view
from labctl.spec.rule import load_rules
from tests.plans import CAHIER, example_room

LOCAL = """\
partages:
  sur: nas
  comptes: [famille, invite-nas]
  liste:
    - {nom: PHOTOS, RW: [famille], RO: [invite-nas]}

"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the shipped cahier without its directory, its controller and its policies."""
    text = CAHIER.read_text("utf-8")
    text = re.sub(r"^annuaire:\n.*?(?=^intranet:)", LOCAL, text, flags=re.M | re.S)
    text = re.sub(r"^  dc: \{genre.*\n", "", text, flags=re.M).replace("[dc, nas]", "[nas]")
    path = tmp_path / "x.cdc.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def plan(file: Path) -> Plan:
    """Return the plan of a bench of it."""
    return build_plan(load_cahier(file), example_room(), 1)


def test_machines_are_called_in_a_domain_that_nobody_has(plan: Plan) -> None:
    assert plan.domain == f"{plan.cahier}.test"


def test_the_file_server_is_told_of_no_domain(plan: Plan) -> None:
    assert plan.find(Directory) is None
    assert plan.nodes[NodeName("nas")].parameters.keys() == {"intranet", "company"}


def test_checks_that_need_a_directory_are_not_asked(plan: Plan) -> None:
    asked = {check.spec.id for check in load_checks() if check.spec.topics <= plan.demands.keys()}

    assert "K-088" in asked
    assert asked.isdisjoint({"K-037", "K-071", "K-078", "K-081", "K-085", "K-089"})


def test_its_shares_name_accounts_that_the_server_has(file: Path) -> None:
    assert list(_complaints(file)) == []


def test_a_share_for_an_account_that_the_server_lacks_is_refused(file: Path) -> None:
    file.write_text(file.read_text("utf-8").replace("RW: [famille]", "RW: [parents]"), "utf-8")

    (message,) = _complaints(file)

    assert message == "« parents » n'est ni un groupe ni un compte de service"


def _complaints(file: Path) -> tuple[str, ...]:
    resolved = resolve(load(file), "A")
    view = build_view(resolved)
    assert view is not None
    assert view.find(Shares) is not None
    topics = [topic for topic in resolved.topics.values() if topic.name == "shares"]
    return tuple(
        one.message
        for rule in load_rules(topics)
        for one in rule.check(view)
        if rule.id == "groupe-inconnu"
    )
