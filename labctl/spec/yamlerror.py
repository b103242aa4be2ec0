"""What the YAML parser refuses, said in French, where the author should look."""

from ruamel.yaml.error import MarkedYAMLError

from labctl.core.i18n import _, mark

_SAID = (
    ("unexpected end of stream", mark("guillemet, crochet ou accolade ouvert ici, jamais fermé")),
    ("expected ',' or", mark("« , » ou fermeture attendue dans cette liste ou ce bloc")),
    ("cannot start any token", mark("caractère inattendu ; indentez avec des espaces")),
    ("mapping values are not allowed", mark("« : » inattendu ; mettez le texte entre guillemets")),
    ("could not find expected ':'", mark("« : » attendu après une clé")),
    ("expected <block end>", mark("indentation incorrecte")),
    (
        "unknown escape character",
        mark("« \\ » inattendu entre guillemets ; écrivez « \\\\ »"),
    ),
    ("expected escape sequence", mark("« \\ » suivi de chiffres qui manquent ; écrivez « \\\\ »")),
    ("incompatible YAML document", mark("version inconnue ; effacez la ligne %YAML")),
    (
        "expected chomping or indentation",
        mark("« | » et « > » ne sont suivis que du texte, dessous"),
    ),
    ("expected the node content", mark("valeur attendue ici")),
    (
        "expected alphabetic or numeric",
        mark("& et * inattendus ; mettez le texte entre guillemets"),
    ),
    ("expected '<document start>'", mark("texte inattendu après la fin du document")),
)
_OPENED = "unexpected end of stream"


def explain_yaml(error: MarkedYAMLError) -> tuple[int, str]:
    """Return the line to look at and a French sentence."""
    problem = str(error.problem or error.context or "")
    place = error.context_mark if _OPENED in problem else error.problem_mark
    place = place or error.problem_mark or error.context_mark
    for needle, said in _SAID:
        if needle in problem:
            return _line(place), _("YAML incorrect : %(why)s") % {"why": _(said)}
    return _line(place), _("YAML incorrect : %(why)s") % {"why": problem[:120]}


def _line(place: object) -> int:
    line = getattr(place, "line", 0)
    return int(line) + 1
