"""Ce qui est jugé. À changer : ce qui est attendu, ce qui a été trouvé, et comment on le dit."""

from checks.nouveau.demand import Nouveau
from checks.nouveau.facts import Message

from labctl.api import Expectation, Match, _, check, require


@check("N-000", asks=Nouveau, needs=Message, each="on", face="linux")
def check_nouveau(asked: Nouveau, found: Message) -> Match:
    """Le message d'accueil de la machine est celui demandé."""
    return require([Expectation(_("message d'accueil"), asked.message, found.text)])
