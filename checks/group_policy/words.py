"""What the tables of a plan say of group policies."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.group_policy.demand import GpoRules, Policies
from labctl.api import Plan, Table, _


def tables(asked: Policies, plan: Plan) -> Iterator[Table]:
    """Yield where each policy is to be linked."""
    directory = plan.find(Directory)
    root = directory.root_ou if directory else ""
    rows = tuple((gpo.name, f"{gpo.unit}{root}") for gpo in asked.gpos)
    yield Table(_("Stratégies de groupe"), (_("Stratégie"), _("Liée à")), rows)


def fields(asked: Policies, plan: Plan) -> dict[str, object]:
    """Return the root unit, what each policy sets, whether the directory comes with the links."""
    directory = plan.find(Directory)
    return {
        "is_linked": Directory.topic in plan.delivered.topics,
        "root": directory.root_ou if directory else "",
        "effects": {gpo.name: " ; ".join(_effects(gpo.rules)) for gpo in asked.gpos},
    }


def _effects(rules: GpoRules) -> Iterator[str]:
    if rules.inactivity_s is not None:
        yield f"verrouillage de session après {rules.inactivity_s} s sans activité"
    if rules.no_autorun is not None:
        yield (
            "exécution automatique arrêtée" if rules.no_autorun else "exécution automatique admise"
        )
    if rules.smart_screen is not None:
        yield "SmartScreen actif" if rules.smart_screen else "SmartScreen arrêté"
    if rules.drives:
        yield f"lecteurs réseau {', '.join(rules.drives)}"
