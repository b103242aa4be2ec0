"""``labctl session sign``: what candidates signed on paper, and who did not come."""

import argparse

from labctl.cli.parser import Parser, complete_from
from labctl.cli.sessions.acting import add_act, add_session, perform
from labctl.core.errors import UsageError
from labctl.core.i18n import _

PAPERS = ("emargement", "notice", "sujet", "depot")
SEALED, OPENED, ABSENT = "scelle", "levee", "absent"
WHATS = (*PAPERS, SEALED, OPENED, ABSENT)


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_session(parser)
    what = parser.add_argument(
        "what",
        metavar="|".join(WHATS),
        choices=WHATS,
        help=_(
            "ce qui a été signé ; sujet : les témoins de son ouverture ; scelle, levee : un scellé"
            " posé ou ouvert à la main ; absent : qui n'est pas venu"
        ),
    )
    complete_from(what, WHATS)
    add_act(parser)
    parser.flag(
        "--number", default="", metavar=_("NUMÉRO"), help=_("numéro du scellé posé à la main")
    )


def run(args: argparse.Namespace) -> int:
    """Record it; benches are named, since nobody signs by default."""
    from labctl.session.acts import DOCUMENTS

    if not args.benches:
        raise UsageError(
            _("dites quels bancs"), hint=f"labctl session sign {args.session} {args.what} 1-16"
        )
    if args.what == SEALED:
        said = _("sous scellé, à la main")
        return perform(args, "seal", said, fingerprint="", number=args.number)
    if args.what == OPENED:
        return perform(args, "unseal", _("scellé ouvert"))
    if args.what == ABSENT:
        return perform(args, "absent", _("absents"))
    said = _("signé : %(document)s") % {"document": _(DOCUMENTS[args.what])}
    return perform(args, "sign", said, document=args.what)
