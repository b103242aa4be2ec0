"""The console of a machine: what a person, or one command, is given there."""

import os
import shlex
import sys
from collections.abc import Sequence

from labctl.core import i18n
from labctl.core.errors import ProviderError
from labctl.core.i18n import _, about
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import Report, silent
from labctl.pipeline.lifecycle import LOOK_S, check_nodes
from labctl.pipeline.order import Order
from labctl.pipeline.place import Place
from labctl.pipeline.remote import place_work, ssh_argv
from labctl.pipeline.sealed import require_open
from labctl.plan.model import Node, Plan
from labctl.providers import parts, registry
from labctl.providers.profile import Ability
from labctl.spec.kind import load_kind
from labctl.spec.topology import NodeState

_LOGIN_SHELL = ("/bin/bash", "-l")


def console_argv(place: Place, bench: int, node: str, argv: Sequence[str]) -> tuple[str, ...]:
    """Return the local command of a machine's console (or of a command in it).

    Raises UsageError, naming the machines, for a name that is none of them.
    """
    check_nodes(place, (bench,), (node,))
    plan = place.plan(bench)
    registry.require(plan.provider, Ability.CONSOLE)
    options = {"node": node, "argv": list(argv)}
    order = Order("console", bench, (plan,), LOOK_S, options=options)
    found: tuple[str, ...] = place_work(order)(silent)
    hosting = order.plan.hosting
    if hosting is None or not hosting.access:
        return found
    return (*ssh_argv(hosting, "-t" if sys.stdin.isatty() else "-T"), shlex.join(found))


def find_console(order: Order, _report: Report) -> tuple[str, ...]:
    """Return the command of a console on the host of a bench."""
    require_open(order.bench)
    if os.geteuid() != 0:  # machines that are not seen would be said not to run
        message = _("il faut être root pour entrer dans une machine")
        raise ProviderError(message, hint=_("lancez labctl en root"))
    plan, node = order.plan, NodeName(order.options["node"])
    argv = choose_argv(plan.nodes[node].kind, order.options["argv"])
    return parts.load_observer(plan.provider).enter_argv(BenchId(order.bench), node, argv)


def choose_argv(kind: str, command: Sequence[str]) -> tuple[str, ...]:
    """Return what is run in a machine: its terminal, or the command, as its kind takes it.

    A command line of a device takes one line of text; a shell takes a program and its arguments.
    """
    device = load_kind(kind).console
    if device is not None:
        return (*device.one_line, " ".join(command)) if command else device.terminal
    if command:
        return tuple(command)
    return ("/usr/bin/env", f"{i18n.VARIABLE}={i18n.language()}", *_LOGIN_SHELL)


def describe(plan: Plan, name: NodeName) -> str:
    """Return what somebody who opens a console should know first: where they are."""
    node = plan.nodes[name]
    where = _("machine « %(node)s » du banc %(bench)02d, variante %(variant)s")
    lines = [
        where % {"node": name, "bench": plan.bench, "variant": plan.variant},
        about(_("isolation"), _(registry.find(plan.provider).isolation)),
    ]
    if node.state is NodeState.OBSERVER:
        lines.append(_("machine de labctl : le candidat n'y a pas accès"))
    lines.append(_name_way_out(node))
    return "".join(f"{line}\n" for line in lines)


def _name_way_out(node: Node) -> str:
    if load_kind(node.kind).console:
        return _("pour sortir : « exit » au premier niveau (« end » y ramène), ou Ctrl-D")
    return _("pour sortir : « exit » ou Ctrl-D")
