"""``labctl evidence``: what a machine was asked and what it answered, for a « #37 » of a grid."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labctl.cli.display import bench_name, print_json, print_table
from labctl.cli.output import complain
from labctl.cli.parser import Parser, add_bench, add_json, complete_words, parse_bench
from labctl.core.errors import UsageError
from labctl.core.i18n import _, about, say_moment
from labctl.core.untrusted import inert, one_line

DONE_WITH_WARNINGS = 3
LARGEST = 999_999
"""No run has more answers."""
MOST_OF_A_QUESTION, MOST = 600, 100_000
"""Characters of a question on one line, and of a body or an answer."""
MARGIN = "│ "
"""Before each line of a machine: it cannot look like one of ours."""


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_bench(parser)
    parser.add_argument(
        "numbers",
        metavar=_("NUMÉROS"),
        nargs="*",
        help=_("numéros de la grille : '#37' ou 37 (sans numéro : la liste)"),
    )
    source = parser.flag(
        "--from",
        dest="source",
        type=Path,
        metavar=_("DOSSIER"),
        help=_("ce relevé plutôt que le dernier du banc"),
    )
    complete_words(source, "runs", with_paths=True)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the answers; exit code 3 when the evidence does not vouch for them."""
    from dataclasses import asdict

    from labctl.pipeline.evidence import open_evidence

    bench = parse_bench(args.bench)
    numbers = [parse_number(word) for word in args.numbers]
    folder, dossier = open_evidence(bench, numbers, args.source)
    found = [dossier.exhibits[number] for number in numbers or sorted(dossier.exhibits)]
    if args.json:
        document = {"run": str(folder), "head": dossier.head, "broken": dossier.broken}
        print_json("labctl/exhibits/v1", {**document, "answers": [asdict(one) for one in found]})
    else:
        said = _("%(bench)s, relevé %(run)s, empreinte %(head)s")
        head = {"bench": bench_name(bench), "run": dossier.run, "head": dossier.head[:16]}
        print(said % head)
        if numbers:
            _show(found, folder)
        else:
            _list(found)
    if dossier.broken:
        complain(dossier.broken)
    return DONE_WITH_WARNINGS if dossier.broken or _is_lost(found) else 0


def parse_number(word: str) -> int:
    """Return the number of ``#37`` or ``37``; UsageError when it is none."""
    digits = word.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(LARGEST))):
        raise UsageError(
            _("« %(word)s » n'est pas un numéro de preuve") % {"word": word},
            hint=_("comme la grille les écrit : labctl evidence 7 '#37'"),
        )
    return int(digits)


def _is_lost(found: Sequence[Any]) -> bool:
    return any(one.answer is None for one in found)


def _show(found: Sequence[Any], folder: Path) -> None:
    for one in found:
        words = (f"#{one.seq}", one_line(one.node), say_moment(one.at), one_line(one.transport))
        print()
        print("  ".join(words))
        print(about(_("question"), one_line(one.question, MOST_OF_A_QUESTION)))
        if one.body:
            _quote(one.body)
        if one.trouble:
            print(about(_("pas de réponse utilisable"), one_line(one.trouble)))
        if one.exit_code is not None:
            print(about(_("code de sortie"), one.exit_code))
        if one.answer is None:
            complain(
                _("#%(number)d : la réponse est perdue ou a été modifiée") % {"number": one.seq}
            )
            continue
        print(_("réponse (%(count)d octets) :") % {"count": one.size})
        _quote(one.answer)
        if one.is_cut:
            whole = folder / "evidence" / "raw" / one.digest
            print(_("coupée ici ; tout est dans %(path)s") % {"path": whole})


def _quote(text: str) -> None:
    for line in inert(text, MOST).splitlines():
        print(f"{MARGIN}{line}")


def _list(found: Sequence[Any]) -> None:
    rows = [(f"#{one.seq}", one.node, one_line(one.question, 120)) for one in found]
    print_table("", (_("preuve"), _("machine"), _("question")), rows)
