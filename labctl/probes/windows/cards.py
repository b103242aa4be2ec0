"""The network cards of a Windows workstation, and which of them is the candidate's."""

from labctl.connect.base import Answer, Question
from labctl.core.i18n import _
from labctl.plan.model import Plan
from labctl.probes.base import NotUnderstood
from labctl.probes.windows.asking import ask_cim
from labctl.probes.windows.reading import Instance, read_instances, text_of


def ask_cards(plan: Plan) -> Question:
    """Ask for the cards that have a MAC."""
    names = ("MACAddress", "InterfaceIndex", "NetConnectionStatus")
    return ask_cim(plan, "Win32_NetworkAdapter", *names, where="MACAddress IS NOT NULL")


def find_card(plan: Plan, answer: Answer) -> Instance:
    """Return the workstation's card, known by its MAC: names of cards are in any language."""
    mac = plan.nodes[plan.workstation.node].interfaces[0].mac
    mine = [card for card in read_instances(answer) if has_mac(card, mac)]
    if len(mine) != 1:
        raise NotUnderstood(
            _("%(what)s : aucune carte d'adresse MAC %(mac)s")
            % {"what": answer.question.text, "mac": mac}
        )
    return mine[0]


def has_mac(instance: Instance, mac: str) -> bool:
    """Tell whether a card has a MAC, whichever way it is written."""
    return text_of(instance, "MACAddress").lower().replace("-", ":") == mac
