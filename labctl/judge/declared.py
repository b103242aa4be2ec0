"""Checks that files declare, as checks of the catalogue: what was seen, against what must be so."""

from collections.abc import Callable, Iterator

from labctl.core.check import CheckSpec
from labctl.core.expect import Undecided, require, truth
from labctl.core.i18n import _, about
from labctl.core.ids import NodeName
from labctl.core.verdict import Match, Reason
from labctl.facts.declared import Shown, make_fact
from labctl.plan.incident import fit_watches
from labctl.plan.model import Plan
from labctl.spec.declared import Declared
from labctl.spec.topic import load_topic
from labctl.spec.watch import Watch


def make_spec(declared: Declared, *, is_proved: bool) -> CheckSpec:
    """Return what a declared check says of itself."""
    label = declared.label if is_proved else _("%(label)s (non prouvé)") % {"label": declared.label}
    return CheckSpec(
        declared.id,
        (make_fact(declared.topic, declared.id),),
        declared.after,
        label,
        over=_find_way(declared) if any(map(_is_seen_from_elsewhere, declared.looks)) else None,
        asks=(Plan,),
        means=lambda plan: _means(declared, plan),
    )


def make_judge(declared: Declared) -> Callable[..., Match]:
    """Return the function of a declared check: of the plan and of what was seen."""

    def judge(plan: Plan, shown: Shown) -> Match:
        looks, wrong = fit_watches(declared.file, declared.looks, plan)
        if wrong:
            raise Undecided(wrong[0].message, Reason.SPEC)
        seen = {one.name: one for one in shown.seen}
        for look in looks:
            one = seen.get(look.name)
            if one is None:
                raise Undecided(_("le relevé est d'avant ce que dit le fichier"), Reason.SPEC)
            if one.trouble is not None:
                raise Undecided(one.trouble.detail, one.trouble.reason)
        return require(
            (
                truth(_name(look), _explain(look, seen[look.name].said), holds=bool(healthy))
                for look in looks
                for healthy in [seen[look.name].is_healthy]
            ),
            partial=declared.partial,
        )

    return judge


def _means(declared: Declared, plan: Plan) -> bool:
    """Tell whether a check is for a bench: of a subject that it names, or that has its machines."""
    if declared.subjects:
        return plan.cahier in declared.subjects
    if declared.exam != plan.referential or lacks_topic(declared, plan):
        return False
    found, wrong = fit_watches(declared.file, declared.looks, plan)
    return bool(found) and not wrong


def lacks_topic(declared: Declared, plan: Plan) -> bool:
    """Tell whether a bench asks nothing of the topic of a check, which has a block to ask it."""
    return bool(load_topic(declared.topic).block) and declared.topic not in plan.demands


def _is_seen_from_elsewhere(look: Watch) -> bool:
    return look.aim is not None and look.aim.kind in ("port", "http")


def _find_way(declared: Declared) -> Callable[[Plan], tuple[NodeName, ...]]:
    def find(plan: Plan) -> Iterator[NodeName]:
        for look in fit_watches(declared.file, declared.looks, plan)[0]:
            if look.aim and _is_seen_from_elsewhere(look):
                yield from plan.between(plan.probe_node(look.aim.more["from"]), look.node)

    return lambda plan: tuple(dict.fromkeys(find(plan)))


def _name(look: Watch) -> str:
    """Return how a look is called: its label, else what it is at."""
    if look.label:
        return look.label
    if look.aim:
        seen_from = look.aim.more.get("from")
        where = _(" vu de %(segment)s") % {"segment": seen_from} if seen_from else ""
        return f"{look.node}, {look.aim.kind} {look.aim.name}{where}"
    typed = look.cim.spell() if look.cim else look.cli or " ".join(look.argv)
    return f"{look.node}, {typed}"


def _explain(look: Watch, said: str) -> str:
    wanted = _(" ; ").join(_list_wanted(look))
    words = {"wanted": wanted, "found": said or _("rien")}
    return about(_name(look), _("attendu : %(wanted)s ; trouvé : %(found)s") % words)


def _list_wanted(look: Watch) -> Iterator[str]:
    healthy = look.healthy
    if healthy.output:
        yield _("« %(pattern)s » dans la réponse") % {"pattern": healthy.output}
    if healthy.without:
        yield _("pas de « %(pattern)s » dans la réponse") % {"pattern": healthy.without}
    if healthy.exit is None or (look.aim and (healthy.output or healthy.without)):
        return
    if look.aim is None:
        yield _("code de fin %(code)d") % {"code": healthy.exit}
    elif _is_seen_from_elsewhere(look):
        yield _("ouvert") if healthy.exit == 0 else _("fermé")
    else:
        yield _("présent") if healthy.exit == 0 else _("absent")
