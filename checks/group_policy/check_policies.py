"""Group policies are linked where they must be, and the workstation has applied them."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.group_policy.demand import Gpo, Policies
from checks.group_policy.facts.applied import AppliedPolicies
from checks.group_policy.facts.links import GpoLink, GpoLinks
from labctl.api import Expectation, Match, _, check, fold, require, say, truth

LINK_DISABLED = 1


@check("K-081", asks=(Policies, Directory), needs=GpoLinks)
def check_policies_linked(asked: Policies, directory: Directory, links: GpoLinks) -> Match:
    """Les stratégies de groupe sont liées aux unités demandées, lien actif."""
    return require(_link_point(gpo, f"{gpo.unit}{directory.root_ou}", links) for gpo in asked.gpos)


def _link_point(gpo: Gpo, wanted: str, links: GpoLinks) -> Expectation:
    mine = [link for link in links.links if link.gpo.casefold() == gpo.name.casefold()]
    there = [link for link in mine if fold(link.target) == fold(wanted)]
    is_active = any(not link.options & LINK_DISABLED for link in there)
    words = {"gpo": gpo.name, "target": wanted}
    if gpo.name.casefold() not in {name.casefold() for name in links.existing}:
        problem = _("la stratégie %(gpo)s n'existe plus") % words
    elif there:
        problem = _("le lien de %(gpo)s vers %(target)s est désactivé") % words
    else:
        problem = _("la stratégie %(gpo)s n'est pas liée à %(target)s") % words
    found = wanted if is_active else say(tuple(_links(mine)))
    return Expectation(gpo.name, wanted, found, problem)


def _links(links: list[GpoLink]) -> Iterator[str]:
    for link in links:
        off = _(" (désactivé)") if link.options & LINK_DISABLED else ""
        yield f"{link.target}{off}"


@check(
    "K-082",
    asks=Policies,
    needs=AppliedPolicies,
    after=("K-037", "K-081"),
    each="on",
    face="windows",
)
def check_policies_applied(asked: Policies, policies: AppliedPolicies) -> Match:
    """Le poste a appliqué les stratégies de groupe qui le visent."""
    meant = [gpo for gpo in asked.gpos if gpo.values]
    points = [
        truth(
            _("stratégie %(name)s appliquée") % {"name": gpo.name},
            _("le poste n'a pas appliqué la stratégie %(name)s") % {"name": gpo.name},
            holds=gpo.name in policies.names,
            gate=True,
        )
        for gpo in meant
    ]
    wanted = asked.value("EnableSmartScreen")
    if wanted is not None:
        points.append(
            Expectation(_("EnableSmartScreen sur le poste"), wanted, policies.smart_screen)
        )
    return require(points)
