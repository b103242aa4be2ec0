"""What a candidate handed in and when they came, for the evidence of the run that begins."""

from datetime import UTC, datetime

from labctl.collect.recorder import Document
from labctl.core.coming import Coming
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.store import read_bytes
from labctl.plan.model import Plan
from labctl.providers import registry
from labctl.providers.profile import Ability

_MOST_COMINGS = 2000


def take_documents(plan: Plan) -> tuple[Document, ...]:
    """Return what was handed in on a bench, as it is now.

    ProviderError while the bench is paused: what is frozen does not answer, which would look like
    work that was not done.
    """
    if Ability.WAY_IN not in registry.find(plan.provider).abilities:
        return ()
    keeper = registry.load_doorkeeper(plan.provider)
    door = keeper.status(plan.bench)
    if door is not None and door.is_paused:
        said = _("le banc %(bench)02d est en pause : ce qui y est gelé ne répond pas")
        hint = f"labctl access {plan.bench} --resume"
        raise ProviderError(said % {"bench": plan.bench}, hint=hint)
    return tuple(
        Document(each.name, read_bytes(each.path), _say_moment(each.at))
        for each in keeper.handed_in(plan.bench)
    )


def take_comings(plan: Plan) -> tuple[Coming, ...]:
    """Return what happened at the way in of a bench, as far as the last events."""
    if Ability.WAY_IN not in registry.find(plan.provider).abilities:
        return ()
    return registry.load_doorkeeper(plan.provider).comings(plan.bench)[-_MOST_COMINGS:]


def _say_moment(seconds: int) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
