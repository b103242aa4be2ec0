"""The directory keeps the computers where they were ordered."""

from checks.directory.demand import Directory
from checks.directory.facts.objects import Computers
from checks.joining.demand import Joining
from labctl.api import Expectation, Match, Plan, _, check, fold, parent, require


@check("K-078", asks=(Joining, Directory, Plan), needs=Computers, after=("K-037",))
def check_computer_placed(
    asked: Joining, directory: Directory, plan: Plan, computers: Computers
) -> Match:
    """Le compte d'ordinateur du poste est dans son unité d'organisation."""
    wanted = directory.ou_dn(asked.ou)
    names = (plan.nodes[machine].hostname.upper() for machine in asked.on)
    return require(_place_point(name, wanted, computers.dns.get(name)) for name in names)


def _place_point(name: str, wanted: str, dn: str | None) -> Expectation:
    if dn is None:
        problem = _("%(name)s n'existe pas dans l'annuaire") % {"name": name}
        return Expectation(name, wanted, None, problem)
    found = parent(dn)
    values = {"name": name, "found": found, "wanted": wanted}
    problem = _("%(name)s est dans %(found)s au lieu de %(wanted)s") % values
    is_there = fold(found) == fold(wanted)
    return Expectation(name, wanted, wanted if is_there else found, problem)
