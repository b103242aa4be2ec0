"""``labctl session archive``: everything of a closed session, encrypted for who keeps it."""

import argparse
from pathlib import Path
from typing import Any

from labctl.cli.display import print_json
from labctl.cli.parser import Parser, add_dry_run, add_json, complete_paths
from labctl.cli.sessions.acting import add_by, add_session, perform
from labctl.core.i18n import _
from labctl.core.untrusted import one_line


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_session(parser)
    parser.flag(
        "--recipient",
        action="append",
        default=[],
        metavar="age1…|ssh-…",
        help=_("qui pourra l'ouvrir : clé publique d'age ou d'OpenSSH (répétable)"),
    )
    add_passphrase(parser)
    output = parser.flag(
        "--output",
        type=Path,
        metavar=_("FICHIER"),
        help=_("où l'écrire (par défaut dans le dossier de la session)"),
    )
    complete_paths(output)
    add_by(parser)
    add_dry_run(parser)
    add_json(parser)


def add_passphrase(parser: Parser) -> None:
    """Add the file of a passphrase: it is never on a command line."""
    action = parser.flag(
        "--passphrase",
        type=Path,
        metavar=_("FICHIER"),
        help=_("phrase secrète au lieu de clés : la première ligne de ce fichier"),
    )
    complete_paths(action)


def read_passphrase(path: Path | None) -> Any:
    """Return the passphrase of a file, an empty Secret for no file."""
    from labctl.core.secrets import Secret
    from labctl.core.store import read_bytes

    if path is None:
        return Secret("")
    lines = read_bytes(path).decode("utf-8", "replace").splitlines()
    return Secret(lines[0].strip() if lines else "")


def run(args: argparse.Namespace) -> int:
    """Write the archive, and print its digest."""
    from labctl.core.author import name_author
    from labctl.pipeline.archive import archive_session

    if args.dry_run:
        args.benches = ()
        return perform(args, "archive", _("archive"), sha256="")
    passphrase = read_passphrase(args.passphrase)
    done = archive_session(
        args.session, args.recipient, passphrase, args.output, args.by or name_author()
    )
    if args.json:
        document = {
            "session": args.session,
            "file": str(done.path),
            "sha256": done.sha256,
            "head": done.head,
            "files": done.files,
        }
        print_json("labctl/session-archived/v1", document)
        return 0
    print(one_line(str(done.path)))
    print(_("SHA-256 de l'archive : %(digest)s") % {"digest": done.sha256})
    print(_("empreinte du journal : %(head)s") % {"head": done.head})
    return 0
