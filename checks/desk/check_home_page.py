"""The home page opens without a warning, for the right reason."""

from urllib.parse import urlsplit

from checks.desk.demand import Personalisation
from checks.desk.facts.home_page import HomePage
from checks.directory.demand import Directory
from checks.intranet.demand import Intranet
from labctl.api import Expectation, Match, NotAsked, Plan, _, check, require, truth

HTTP_OK = 200
INTERNAL = "autorite_interne"


@check(
    "K-126",
    asks=(Personalisation, Intranet, Directory, Plan),
    needs=HomePage,
    after=("K-034",),
    each="on",
)
def check_home_page_is_trusted(
    asked: Personalisation, intranet: Intranet, _directory: Directory, plan: Plan, page: HomePage
) -> Match:
    """La page d'accueil s'ouvre sans avertissement : l'autorité interne est de confiance."""
    is_there = urlsplit(asked.home_page).hostname == intranet.host
    if not is_there or intranet.certificate != INTERNAL:
        raise NotAsked(_("le sujet ne le demande pas"))
    words = {"url": asked.home_page, "status": page.status}
    problem = _("%(url)s ne s'ouvre pas du poste (état HTTP %(status)d)")
    if page.is_distrusted:
        problem = _("%(url)s s'ouvre avec un avertissement : son certificat n'est pas de confiance")
    points = [
        truth(
            _("page ouverte, certificat vérifié"),
            problem % words,
            holds=page.status == HTTP_OK,
            gate=True,
        ),
        truth(
            _("certificat signé par l'autorité interne"),
            _("le serveur présente un certificat que l'autorité interne n'a pas signé"),
            holds=page.is_genuine,
            gate=True,
            earns=False,
        ),
        truth(
            _("autorité interne parmi celles du poste"),
            _("l'autorité interne n'est pas de confiance : le poste n'admet que ce certificat"),
            holds=page.trusts_authority,
            gate=True,
        ),
    ]
    if page.address:
        wanted = str(plan.address_of(intranet.on))
        points.append(
            Expectation(_("adresse qui répond"), wanted, page.address, gate=True, earns=False)
        )
    return require(points)
