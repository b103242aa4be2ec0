"""``labctl grade``: collect and judge; what conforms, what does not, and why."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labctl.cli.consent import confirm
from labctl.cli.display import (
    bench_name,
    list_failures,
    print_failures,
    print_json,
    print_table,
    progress,
)
from labctl.cli.parser import (
    Parser,
    add_benches,
    add_dry_run,
    add_json,
    add_only,
    add_place,
    complete_words,
    refuse_typed,
)
from labctl.cli.work import find_benches
from labctl.core.bench import name_bench
from labctl.core.i18n import _, about
from labctl.core.untrusted import one_line


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser, required=False)
    add_choice(parser)
    source = parser.flag(
        "--from",
        dest="source",
        type=Path,
        metavar=_("DOSSIER"),
        help=_("juger à nouveau ce relevé, sans rien interroger"),
    )
    complete_words(source, "runs", with_paths=True)
    parser.flag(
        "--strict", action="store_true", help=_("code de sortie 1 si tout n'est pas conforme")
    )
    parser.flag("--details", action="store_true", help=_("montrer aussi ce qui est conforme"))
    parser.flag(
        "--after-restart",
        action=argparse.BooleanOptionalAction,
        default=None,
        help=_(
            "couper le courant des machines du candidat, puis regarder à nouveau : ce qui n'est pas"
            " enregistré est perdu (par défaut en mode examen)"
        ),
    )
    add_dry_run(parser)
    add_place(parser)
    add_json(parser)


def add_choice(parser: Parser) -> None:
    """Add what is judged and how: shared with ``collect``."""
    add_only(parser)
    parser.flag(
        "--mode",
        choices=("examen", "formation"),
        default="formation",
        help=_("examen : des faits seulement ; formation : aussi des points (par défaut)"),
    )
    add_blocked(parser, default="attente")


def add_blocked(parser: Parser, *, default: str | None) -> None:
    """Add what becomes of points that are blocked: shared with ``report``."""
    parser.flag(
        "--blocked",
        choices=("attente", "neutre"),
        default=default,
        help=_("points bloqués, en formation : en attente (par défaut), ou neutres : non comptés"),
    )


def run(args: argparse.Namespace) -> int:
    """Judge and print; exit code 4 when a person must decide, 5 when nothing was reached."""
    from labctl.core.errors import UsageError
    from labctl.pipeline import observe

    if args.source is not None:
        refuse_typed(args, ("--after-restart",), "grade --from", args.benches)
    choice = choose(args)
    failed: dict[int, Any] = {}
    if args.dry_run:
        return _announce(args)
    if args.source is not None:
        graded = observe.grade_again(args.source, choice)
    elif args.benches:
        runs, failed = _collect(args, choice)
        graded = observe.grade(runs, choice)
    else:
        raise UsageError(
            _("dites quels bancs juger"), hint=_("numéros de bancs, ou --from DOSSIER")
        )
    if args.json:
        sheets = [{"run": str(g.run_dir), **observe.sheet_document(g.sheet)} for g in graded]
        print_json("labctl/grade/v1", {"benches": sheets, "failed": list_failures(failed)})
    else:
        _show(graded, details=args.details)
    code = print_failures(failed)
    return code or observe.exit_code(graded, strict=args.strict)


def choose(args: argparse.Namespace) -> Any:
    """Return the Choice of the command line."""
    from labctl.pipeline.observe import make_choice

    return make_choice(args.only, args.mode, args.blocked)


def _collect(args: argparse.Namespace, choice: Any) -> tuple[list[Path], dict[int, Any]]:
    from labctl.pipeline import observe

    here, benches = find_benches(args)
    observe.choose(here.cahier.referential, choice)  # refuse an unknown name before asking anything
    is_cut = _is_power_cut(args)
    with progress(_("Relevé"), benches) as step:
        if is_cut:
            from labctl.pipeline.power import collect_after_cut

            outcomes, refused = collect_after_cut(here, benches, choice, step)
        else:
            outcomes, refused = observe.collect(here, benches, choice, step), {}
    runs = [outcome.value for outcome in outcomes.values() if outcome.value is not None]
    failed = {bench: outcome for bench, outcome in outcomes.items() if not outcome.ok}
    return runs, {**failed, **refused}


def _is_power_cut(args: argparse.Namespace) -> bool:
    """Tell whether the power is cut; in an exam that nobody said it of, a person is asked."""
    if args.after_restart is not None:
        return bool(args.after_restart)
    if args.mode != "examen" or args.only:
        return False
    return confirm(
        _(
            "le courant des machines du candidat va être coupé, pour voir ce qui tient : ce qui"
            " n'est pas enregistré est perdu (--no-after-restart : sans cela)"
        )
    )


def _announce(args: argparse.Namespace) -> int:
    """Say which machines the power would be cut of."""
    from labctl.core.errors import UsageError
    from labctl.pipeline.power import list_cut

    if args.source is not None or not args.benches:
        raise UsageError(_("--dry-run : dites quels bancs seraient jugés"))
    is_cut = args.after_restart or (
        args.after_restart is None and args.mode == "examen" and not args.only
    )
    here, benches = find_benches(args)
    cut = {bench: list_cut(here.plan(bench)) if is_cut else () for bench in benches}
    if args.json:
        print_json("labctl/grade-dry-run/v1", {"would_cut_power": cut})
        return 0
    for bench, names in cut.items():
        said = _("courant coupé : %(names)s") % {"names": ", ".join(names)}
        print(about(bench_name(bench), said if names else _("rien n'est changé")))
    return 0


def _name_case(verdict: Any) -> str:
    """Return the check of a verdict, and its machine where it is about one."""
    return f"{verdict.check} {verdict.machine}".rstrip()


def _show(graded: Sequence[Any], *, details: bool) -> None:
    from labctl.core.verdict import Verdict
    from labctl.reports.rows import list_notices

    for one in graded:
        title = _("Banc %(bench)s, variante %(variant)s") % {
            "bench": name_bench(one.verdicts.bench, is_simulated=one.verdicts.is_simulated),
            "variant": one.verdicts.variant,
        }
        rows = [
            (_name_case(item), item.criterion, _say_verdict(item), _why(item))
            for item in one.verdicts.verdicts
            if details or item.verdict is not Verdict.CONFORM
        ]
        if rows:
            print_table(title, (_("contrôle"), _("critère"), _("verdict"), _("constat")), rows)
    _show_counts(graded)
    _show_unread(graded, details=details)
    _show_incidents(graded)
    benches: dict[str, list[int]] = {}
    for one in graded:
        for notice in list_notices(one.sheet):
            benches.setdefault(one_line(notice), []).append(one.sheet.bench)
    for notice, numbers in benches.items():
        is_everywhere = len(numbers) == len(graded) > 1
        print(notice if is_everywhere else about(", ".join(map(bench_name, numbers)), notice))


def _show_incidents(graded: Sequence[Any]) -> None:
    """Say what became of incidents, a line each."""
    from labctl.reports.incident_rows import say_incident, say_points

    for one in graded:
        for incident in one.sheet.incidents:
            points = say_points(incident)
            said = say_incident(incident) + (f" [{points}]" if points else "")
            print(about(bench_name(one.sheet.bench), one_line(said)))


def _show_unread(graded: Sequence[Any], *, details: bool) -> None:
    """Say what the cahier asks and no check reads: all benches were given the same cahier."""
    from labctl.reports.rows import NOT_OBSERVED, each_unread

    found = dict.fromkeys(pair for one in graded for pair in each_unread(one.sheet))
    if not found:
        return
    if details:
        rows = [(criterion or "–", one.label, one.key) for criterion, one in found]
        print_table(_(NOT_OBSERVED), (_("critère"), _("demandé"), _("clé")), rows)
    else:
        said = _("demandé, non observé par la machine : %(count)d (--details : la liste)")
        print(said % {"count": len(found)})


def _show_counts(graded: Sequence[Any]) -> None:
    from labctl.core.verdict import Verdict
    from labctl.grade.model import ASSISTED

    names = [verdict.value for verdict in Verdict]
    if any(one.sheet.counts.get(ASSISTED) for one in graded):
        names.append(ASSISTED)
    head = [_("banc"), _("variante"), *(_(name) for name in names)]
    rows_all = [
        (
            name_bench(one.verdicts.bench, is_simulated=one.verdicts.is_simulated),
            one.verdicts.variant,
            *(str(one.sheet.counts.get(name, 0)) for name in names),
        )
        for one in graded
    ]
    if rows_all:
        print_table("", head, rows_all)
    for one in graded:
        print(
            _("%(bench)s, relevé %(run)s")
            % {"bench": bench_name(one.sheet.bench), "run": one.run_dir}
        )


def _say_verdict(item: Any) -> str:
    from labctl.grade.sheet import is_helped

    said = _(item.verdict.value)
    if is_helped(item):
        return _("aidé")
    return said + " (" + _("aidé") + ")" if item.assisted else said


def _why(item: Any) -> str:
    if item.blocked_by:
        names = ", ".join(item.blocked_by)
        return f"{item.label} (" + _("bloqué par :") + f" {names})"
    if item.found and not item.message:  # conforms
        return one_line(about(item.label, item.found))
    return one_line(item.message or item.label)
