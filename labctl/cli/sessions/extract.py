"""``labctl session extract``: open an archive on any machine, and prove that nothing changed."""

import argparse
from pathlib import Path

from labctl.cli.display import print_json
from labctl.cli.parser import Parser, add_json, complete_paths
from labctl.cli.sessions.archive import add_passphrase, read_passphrase
from labctl.core.i18n import _
from labctl.core.untrusted import one_line

DONE_WITH_WARNINGS = 3


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    archive = parser.add_argument(
        "archive", type=Path, metavar=_("ARCHIVE"), help=_("archive d'une session (.age)")
    )
    identity = parser.flag(
        "--identity",
        type=Path,
        metavar=_("FICHIER"),
        help=_("clé privée, comme age-keygen l'écrit, ou d'OpenSSH"),
    )
    add_passphrase(parser)
    output = parser.add_argument(
        "output", type=Path, metavar=_("DOSSIER"), help=_("dossier nouveau ou vide")
    )
    complete_paths(archive, identity, output)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Open the archive; exit code 3 when another labctl wrote it."""
    from labctl.pipeline.archive import open_archive

    passphrase = read_passphrase(args.passphrase)
    opened = open_archive(args.archive, args.identity, passphrase, args.output)
    if args.json:
        document = {
            "session": opened.session,
            "folder": str(opened.folder),
            "head": opened.head,
            "files": opened.files,
            "runs": [str(run) for run in opened.runs],
            "same_labctl": opened.is_same_labctl,
        }
        print_json("labctl/session-extract/v1", document)
    else:
        values = {"name": one_line(opened.session), "count": opened.files}
        print(_("session « %(name)s » : %(count)d fichiers, tous intacts") % values)
        print(_("empreinte du journal : %(head)s") % {"head": opened.head})
        for run in opened.runs:
            print(f"labctl grade --from {run}")
    if not opened.is_same_labctl:
        print(_("écrite par un autre labctl, ou avec un autre contenu : le jugement peut différer"))
        return DONE_WITH_WARNINGS
    return 0
