"""Probe of the DHCP offers: one DISCOVER in each segment that has a range."""

from labctl.connect.base import Answer, Question
from labctl.core.i18n import _
from labctl.plan.model import Plan
from labctl.probes.base import NotUnderstood, Probe
from labctl.probes.network.attempts import results_of
from labctl.probes.network.dhcp import DhcpOffers, Offer
from labctl.probes.network.dhcp_options import parse_offer
from labctl.probes.network.reach_probe import card_of
from labctl.probes.questions import try_from


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for one DISCOVER per segment."""
    return tuple(
        try_from(plan, name, [{"kind": "dhcp", "interface": card_of(plan, name)}])
        for name in _segments(plan)
    )


def parse(plan: Plan, answers: tuple[Answer, ...]) -> DhcpOffers:
    """Read the offers; a segment whose probe said nothing is absent, not without offers."""
    return DhcpOffers(
        {
            name: _offers(answer)
            for name, answer in zip(_segments(plan), answers, strict=True)
            if answer.trouble is None
        }
    )


def _segments(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys(scope.segment for scope in plan.router.scopes))


def _offers(answer: Answer) -> tuple[Offer, ...]:
    (result,) = results_of(answer)
    messages = result.get("offers")
    if not isinstance(messages, list):
        raise NotUnderstood(f"{answer.question.text}: {str(result)[:200]}")
    try:
        offers = [parse_offer(bytes.fromhex(message)) for message in messages]
    except (TypeError, ValueError) as exc:
        raise NotUnderstood(
            _("%(what)s : une offre n'est pas en hexadécimal") % {"what": answer.question.text}
        ) from exc
    return tuple(sorted(offers, key=lambda offer: (offer.server, offer.address)))


PROBE = Probe(DhcpOffers, ask, parse, takes_trouble=True)
