"""Can the machines of a room carry its benches, and what to do when one cannot."""

from collections.abc import Iterator
from dataclasses import replace

from labctl.core.errors import LabctlError
from labctl.core.i18n import _
from labctl.core.progress import Report, silent
from labctl.pipeline.order import Order
from labctl.pipeline.place import Place
from labctl.pipeline.remote import place_work
from labctl.plan.model import Plan
from labctl.providers import parts, registry
from labctl.providers.base import Finding

LOOK_S = 60.0


def examine(place: Place) -> tuple[Finding, ...]:
    """Look at everything the benches of a room need, on every machine; changes nothing lasting."""
    document = place.room.document
    here = [host for host in document.hosts if not host.way]
    found = list(parts.load_setup(document.provider).examine(here))
    for plan in place.one_plan_per_host():
        found += _examine_there(place, plan)
    return tuple(found)


def examine_host(order: Order, _report: Report) -> tuple[Finding, ...]:
    """Look at everything this machine needs to carry benches for another one's labctl."""
    provider = order.plan.provider
    host = registry.find(provider).rooms.host.model_validate(order.options["host"])
    return tuple(parts.load_setup(provider).examine([host]))


def _examine_there(place: Place, plan: Plan) -> Iterator[Finding]:
    named = plan.hosting.name if plan.hosting else ""
    host = next(host for host in place.room.document.hosts if host.name == named)
    options = {"host": host.at_home().model_dump(by_alias=True)}
    name = _("hôte %(host)s : %(what)s")
    try:
        found = place_work(Order("doctor", 0, (plan,), LOOK_S, options=options))(silent)
    except LabctlError as exc:
        what = name % {"host": host.name, "what": "ssh"}
        yield Finding(what, ok=False, found=exc.message, hint=exc.hint)
        return
    for each in found:
        is_named = host.name in each.name
        what = each.name if is_named else name % {"host": host.name, "what": each.name}
        yield replace(each, name=what)
