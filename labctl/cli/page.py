"""``docs/commands.md``: the help of every verb as one page, in the chosen language."""

from labctl.cli.parser import Parser, argparse_speaking
from labctl.cli.session import subverb_parser, subverbs
from labctl.cli.verbs import summaries, top_parser, verb_parser
from labctl.core.i18n import _, language


def render_commands() -> str:
    """Return the page: the help of the command, of each verb, and the exit codes."""
    with argparse_speaking(language()):
        helps = [_block("labctl", top_parser())]
        helps += [_block(f"labctl {verb}", verb_parser(verb)) for verb in summaries()]
        helps += [_block(f"labctl session {name}", subverb_parser(name)) for name in subverbs()]
    return "\n".join((*helps, _exit_codes()))


def _block(title: str, parser: Parser) -> str:
    return f"### {title}\n\n```text\n{parser.format_help()}```\n"


def _exit_codes() -> str:
    meanings = {
        "0": _("le travail est fait (grade --strict, prove : et tout est conforme)"),
        "1": _("grade --strict, prove : quelque chose n'est pas conforme ; ou défaut de labctl"),
        "2": _("mauvais usage, ou cahier ou salle incorrects (fichier:ligne: message)"),
        "3": _("le travail est fait, avec des avertissements"),
        "4": _("des contrôles n'ont pu conclure : une personne doit décider"),
        "5": _("l'infrastructure a refusé, ou rien n'a pu être joint"),
        "130": _("interrompu"),
    }
    title, code, meaning = _("Codes de sortie"), _("Code"), _("Sens")
    head = f"### {title}\n\n| {code} | {meaning} |\n|---|---|\n"
    return head + "".join(f"| {code} | {said} |\n" for code, said in meanings.items())
