"""The workstation has the name that was ordered."""

from checks.naming.demand import Naming
from checks.naming.facts.identity import Identity
from labctl.api import Expectation, Match, Node, Plan, _, check, require


@check("K-007", asks=(Naming, Plan, Node), each="on", needs=Identity)
def check_workstation_name(_asked: Naming, plan: Plan, node: Node, identity: Identity) -> Match:
    """Le poste porte le nom demandé, aussi après un redémarrage."""
    wanted = node.hostname.casefold()
    return require(
        (
            Expectation(
                _("nom en cours"),
                wanted,
                _short(plan, identity.running_name),
                _wrong(node, identity.running_name),
            ),
            Expectation(
                _("nom au prochain démarrage"),
                wanted,
                _short(plan, identity.static_name),
                _wrong_after_boot(node, identity.static_name),
            ),
        )
    )


def _short(plan: Plan, name: str) -> str:
    return name.casefold().removesuffix(f".{plan.domain.casefold()}")


def _wrong(node: Node, name: str) -> str:
    return _("le poste s'appelle « %(found)s » au lieu de « %(wanted)s »") % {
        "found": name,
        "wanted": node.hostname,
    }


def _wrong_after_boot(node: Node, name: str) -> str:
    return _(
        "au prochain démarrage, le poste s'appellera « %(found)s » au lieu de « %(wanted)s »"
    ) % {
        "found": name,
        "wanted": node.hostname,
    }
