"""The question mark and the tabulation key."""

from labswitch.commands.table import TREES
from labswitch.errors import CliError
from labswitch.exec_table import EXEC_TREE, USER_TREE
from labswitch.grammar import Mode, follow, next_words
from labswitch.words import complete, split


def explain(mode: Mode, line: str, *, ports: int) -> str:
    """Return what may come at the end of the line, as ``?`` shows it."""
    found = _candidates(mode, line, ports=ports)
    if found is None:
        return "% Unrecognized command\n"
    if line and not line[-1].isspace():
        words = [word for word in found if word[0] not in "<" and word.islower()]
        return (
            "  ".join(complete(split(line)[-1].text, words)) + "\n"
            if words
            else "% Unrecognized command\n"
        )
    return "".join(f"  {word}\n" for word in found) + "\n"


def finish(mode: Mode, line: str, *, ports: int) -> str:
    """Return the line with its last word completed, when there is one way."""
    if not line or line[-1].isspace():
        return line
    last = split(line)[-1]
    found = complete(
        last.text, [word for word in _candidates(mode, line, ports=ports) or [] if word.islower()]
    )
    return line[: last.offset] + found[0] + " " if len(found) == 1 else line


def _candidates(mode: Mode, line: str, *, ports: int) -> list[str] | None:
    words = split(line)
    if words and not line[-1].isspace():
        words = words[:-1]
    if mode.is_config and words and words[0].text.lower() == "do":
        return _next(Mode.EXEC, line[words[0].end :], ports=ports)
    extra = [] if words or not mode.is_config else ["do", "end", "exit", "no"]
    found = _next(mode, line, ports=ports)
    return None if found is None else sorted([*extra, *found]) if extra else found


def _next(mode: Mode, line: str, *, ports: int) -> list[str] | None:
    words = split(line)
    words = words[:-1] if words and not line[-1].isspace() else words
    tree = TREES.get(mode)
    try:
        if tree is not None:
            node, negated = follow(tree, words, ports=ports)
            return next_words(node, negated=negated)
        exec_node, negated = follow(
            USER_TREE if mode is Mode.USER else EXEC_TREE, words, ports=ports
        )
        return next_words(exec_node, negated=negated)
    except CliError:
        return None
