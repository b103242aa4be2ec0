"""The directory keeps the workstation where it was ordered."""

from checks.directory.demand import Directory
from checks.directory.facts.objects import Computers
from labctl.api import Expectation, Match, Plan, _, check, fold, parent, require


@check("K-078", asks=(Directory, Plan), needs=Computers, after=("K-037",))
def check_computer_placed(asked: Directory, plan: Plan, computers: Computers) -> Match:
    """Le compte d'ordinateur du poste est dans son unité d'organisation."""
    name = plan.workstation.hostname.upper()
    wanted = asked.ou_dn(plan.workstation.ou)
    dn = computers.dns.get(name)
    if dn is None:
        problem = _("%(name)s n'existe pas dans l'annuaire") % {"name": name}
        return require((Expectation(name, wanted, None, problem),))
    found = parent(dn)
    values = {"name": name, "found": found, "wanted": wanted}
    problem = _("%(name)s est dans %(found)s au lieu de %(wanted)s") % values
    is_there = fold(found) == fold(wanted)
    return require((Expectation(name, wanted, wanted if is_there else found, problem),))
