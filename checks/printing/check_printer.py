"""The printer answers, is ready and has printed."""

from collections.abc import Iterator

from checks.dhcp.demand import Dhcp
from checks.printing.demand import Printing
from checks.printing.facts.printer import PrinterState
from labctl.api import Expectation, Match, NodeName, Plan, _, check, require, truth

READY = frozenset({3, 4})  # printer-state: idle, processing


def _path(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines between labctl's probes and the printer, and who gives its address."""
    dhcp = plan.find(Dhcp)
    ends = (plan.demand(Printing).on, *((dhcp.on,) if dhcp else ()))
    return tuple(node for end in ends for node in plan.from_probes(end))


@check(
    "K-028",
    asks=(Printing, Plan),
    needs=PrinterState,
    after=("K-099",),
    over=_path,
)
def check_printer_prints(asked: Printing, plan: Plan, printer: PrinterState) -> Match:
    """L'imprimante répond, est prête et a imprimé une page d'essai."""
    name, address = plan.nodes[asked.on].hostname, plan.address_of(asked.on)
    return require(
        (
            truth(
                _("réponse IPP de %(name)s") % {"name": name},
                _("l'imprimante %(name)s ne répond pas en IPP à %(address)s")
                % {"name": name, "address": address},
                holds=printer.answers,
                gate=asked.test_page is not None,
                earns=asked.test_page is None,  # a printer that is delivered answers already
            ),
            truth(
                _("%(name)s prête") % {"name": name},
                _("l'imprimante %(name)s n'est pas prête (état %(state)s)")
                % {"name": name, "state": printer.state},
                holds=not printer.answers or printer.state in READY,
                gate=True,
                earns=False,
            ),
            Expectation(
                _("alertes de %(name)s") % {"name": name},
                (),
                printer.reasons,
                gate=True,
                earns=False,
            ),
            *(_page_points(name, printer) if asked.test_page else ()),
        )
    )


def _page_points(name: str, printer: PrinterState) -> Iterator[Expectation]:
    yield truth(
        _("page d'essai imprimée"),
        _("aucune page d'essai n'a été imprimée sur %(name)s") % {"name": name},
        holds=bool(printer.completed_jobs),
    )
