"""Exams that labctl does not ship: their content folders, planned and proved.

A cahier of theirs has no directory, no workstation of the shipped kind and no printer. As long as
``Subject`` and ``Plan`` have fields of the shipped exam, those of a foreign one are filled with the
shipped values, and no role or check without a block of its own is used: nothing of the foreign
exam reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from labctl.configure import compose
from labctl.core import content
from labctl.pipeline import prove
from labctl.pipeline.place import Place
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import Plan
from labctl.plan.placement import place
from labctl.spec.cahier import variant_values
from labctl.spec.ground import build_ground
from labctl.spec.layout import read_layout
from labctl.spec.loader import Source, Value, load
from labctl.spec.observed import list_unread
from labctl.spec.substitution import Substitution
from labctl.spec.survey import build_topology
from labctl.spec.topic import Topic, find_topics
from tests.plans import ROOT, plan_of

FOLDER = ROOT / "tests" / "exams"
NAMES = ("home", "sensors")
BENCH = 1
_OWN_ROLE = "machine"
"""What any solution brings to a kind; it has no block."""


@dataclass(frozen=True)
class Exam:
    """A foreign exam, read from its content folder."""

    folder: Path
    source: Source

    @property
    def topics(self) -> dict[str, Topic]:
        """Return the topics that its cahier names, by block."""
        return find_topics(self.source.tree)

    def tree(self, variant: str) -> Mapping[str, Value]:
        """Return a variant of the cahier, its references replaced."""
        work = Substitution(self.source, {**variant_values(self.source)[variant], "num": "01"})
        tree = {
            name: value if name == "variants" else work.apply(value, (name,))
            for name, value in self.source.tree.items()
        }
        assert work.complaints == []
        return tree

    def plan(self, variant: str) -> Plan:
        """Return the plan of its bench."""
        tree, topics, shipped = self.tree(variant), self.topics, plan_of(BENCH)
        topology, ground = build_topology(read_layout(tree), {}), build_ground(tree, {})
        placed = place(topology, BENCH)
        demands = [topic.load().resolve(tree[block], ground) for block, topic in topics.items()]
        plan = replace(
            shipped,
            cahier=str(tree["id"]),
            title=str(tree["title_fr"]),
            referential=str(tree["referentiel"]),
            variant=variant,
            company=str(variant_values(self.source)[variant]["societe"]),
            nodes=placed.nodes,
            links=placed.links,
            segments=dict(topology.segments),
            domain="",
            demands={demand.topic: demand.write() for demand in demands},
            unread=list_unread(topics, tree),
        )
        return describe_nodes(plan)

    def place(self, plan: Plan) -> Place:
        """Return where its bench is, as the verbs take it."""
        cahier = SimpleNamespace(
            referential=plan.referential,
            topics=frozenset(topic.name for topic in self.topics.values()),
        )
        return cast("Place", SimpleNamespace(plan=lambda _bench: plan, cahier=cahier))


def open_exam(name: str, patch: pytest.MonkeyPatch) -> Exam:
    """Return an exam whose folder is the centre's content from now on."""
    folder = FOLDER / name
    patch.setenv("LABCTL_CONTENT_DIR", str(folder))
    content.install()
    (file,) = (folder / "inventories" / "cahiers").glob("*.cdc.yml")
    roles = compose.list_asked_roles
    patch.setattr(
        compose,
        "list_asked_roles",
        lambda plan: tuple(one for one in roles(plan) if one.block or one.topic == _OWN_ROLE),
    )
    no_secrets: dict[str, Any] = {}
    patch.setattr(prove, "cahier_secrets", lambda _place, _bench: no_secrets)
    return Exam(folder, load(file))
