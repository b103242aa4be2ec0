"""``labctl session check``: does the session hold together, before anybody comes?"""

import argparse
from typing import Any

from labctl.cli.display import print_json, print_table
from labctl.cli.parser import Parser, add_json, complete_paths, refuse_typed
from labctl.core.i18n import _

WIDTH = 80
WITH_WARNINGS, REFUSED = 3, 2
MOST_SPARE = 100
NUMBERS = (
    *("--candidates", "--juries", "--route", "--referential"),
    *("--spare", "--memory", "--memory-host"),
)
"""What is asked without a session, which has its own."""


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    session = parser.add_argument(
        "session",
        metavar=_("SESSION"),
        nargs="?",
        help=_("session : nom, ou fichier .session.yml ; sans elle, --candidates et --juries"),
    )
    complete_paths(session)
    parser.flag(
        "--candidates", type=int, metavar=_("NOMBRE"), help=_("candidats présents à la fois")
    )
    parser.flag("--juries", type=int, metavar=_("NOMBRE"), help=_("jurys"))
    parser.flag("--route", default="", metavar=_("PARCOURS"), help=_("parcours (le principal)"))
    parser.flag("--referential", metavar=_("NOM"), help=_("référentiel, s'il y en a plusieurs"))
    parser.flag("--spare", type=int, default=0, metavar="%", help=_("rechange, en pour cent"))
    parser.flag(
        "--memory",
        type=int,
        metavar=_("MIO"),
        help=_("mémoire d'un banc (avec l'hôte)"),
    )
    parser.flag("--memory-host", type=int, metavar=_("MIO"), help=_("mémoire d'un hôte"))
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print what it takes; 2 when it cannot be held, 3 when it can, with warnings."""
    if not args.session:
        return _show("", _assess(args), (), as_json=args.json)
    refuse_typed(args, NUMBERS, "session check SESSION")
    from dataclasses import replace

    from labctl.pipeline.examday import read_day

    held = read_day(args.session)
    more = held.timetable.warnings if held.timetable else ()
    found = replace(held.assessment, warnings=(*held.assessment.warnings, *more))
    return _show(held.day.file.id, found, held.shortfalls, as_json=args.json)


def _assess(args: argparse.Namespace) -> Any:
    from labctl.core.errors import UsageError
    from labctl.pipeline.examday import assess_numbers
    from labctl.session.needs import Memory, Options

    if args.candidates is None or args.juries is None:
        raise UsageError(
            _("dites quelle session, ou combien de candidats et de jurys"),
            hint="labctl session check --candidates 16 --juries 4",
        )
    if (args.memory is None) != (args.memory_host is None):
        raise UsageError(_("« --memory » et « --memory-host » vont ensemble"))
    if not 0 <= args.spare <= MOST_SPARE:
        said = _("« --spare » va de 0 à %(most)d pour cent") % {"most": MOST_SPARE}
        raise UsageError(said)
    memory = None
    if args.memory is not None:
        if min(args.memory, args.memory_host) < 1:
            raise UsageError(_("une mémoire est d'au moins 1 Mio"))
        memory = Memory(args.memory, args.memory_host)
    options = Options(spare_percent=args.spare, memory=memory)
    return assess_numbers(args.referential, args.candidates, args.juries, args.route, options)


def _show(session: str, found: Any, shortfalls: tuple[Any, ...], *, as_json: bool) -> int:
    if as_json:
        _print_json(session, found, shortfalls)
    else:
        _print(found, shortfalls)
    if shortfalls or not found.is_conform:
        return REFUSED
    return WITH_WARNINGS if found.warnings else 0


def _print_json(session: str, found: Any, shortfalls: tuple[Any, ...]) -> None:
    from dataclasses import asdict

    is_conform = found.is_conform and not shortfalls
    document = {"session": session, "conform": is_conform, **asdict(found)}
    document["shortfalls"] = [mistake._asdict() for mistake in shortfalls]
    print_json("labctl/session-check/v1", document)


def _print(found: Any, shortfalls: tuple[Any, ...]) -> None:
    spares = any(need.spare for need in found.needs)
    stocked = any(need.available is not None for need in found.needs)
    head = [_("ressource"), _("règle"), _("il faut")]
    head += [_("rechange")] * spares + [_("il y a")] * stocked
    rows = [
        [need.title, need.rule, str(need.needed)]
        + [str(need.spare)] * spares
        + ["–" if need.available is None else str(need.available)] * stocked
        for need in found.needs
    ]
    print_table(_("Plateau technique"), head, rows, most=WIDTH)
    _list(_("À vérifier par une personne"), found.reminders)
    _list(_("Avertissements"), found.warnings)
    if found.least_juries is not None:
        said = _("jurys : %(count)d au moins") % {"count": found.least_juries}
        more = _(" ; avec ceux-ci, %(count)d sessions") % {"count": found.sittings}
        print(said + (more if found.sittings > 1 else ""))
    is_conform = found.is_conform and not shortfalls
    print(_("CONFORME") if is_conform else _("NON CONFORME"))
    for mistake in shortfalls:
        print(mistake)


def _list(title: str, lines: tuple[str, ...]) -> None:
    from textwrap import fill

    if lines:
        print(title)
        for line in lines:
            print(fill(line, WIDTH, initial_indent="  - ", subsequent_indent="    "))
        print()
