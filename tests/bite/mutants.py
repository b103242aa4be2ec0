"""Of the mutants of the judging modules, which did their unit tests not notice?

``sample PERCENT SEED`` names that part of the mutants of each module, for one seed always the same
ones; ``score PERCENT SEED`` tells how many of them were killed: who survived, each module, each
package, the whole. mutmut makes them in ``mutants/`` and runs, for each, the tests that reach it;
its settings and the list of modules are in pyproject.toml.
"""

import json
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MADE = Path("mutants")
LEAST_PERCENT = 85
ENDLESS = frozenset({24, 36, 152, 255, -24})
"""How pytest ends on a mutant whose tests do not end in several times their time (SIGXCPU)."""
NOTICED = ENDLESS | {1, 3}
"""How pytest ends on a mutant that a test notices: it fails, or never ends."""


@dataclass(frozen=True, slots=True)
class Module:
    """The mutants of one module that are tried: how the tests ended on each, None when not run."""

    path: str
    ended: dict[str, int | None]

    @property
    def survivors(self) -> tuple[str, ...]:
        """Return the mutants that no test noticed, those that no test reaches included."""
        return tuple(name for name, code in self.ended.items() if code not in NOTICED)


def main(words: Sequence[str]) -> int:
    """Name the mutants to try, or tell how the tests did on them."""
    act, percent, seed = words
    modules = tuple(_tried(MADE, int(percent), seed))
    if act == "sample":
        _say(name for module in modules for name in module.ended)
        return 0
    _say(report(modules))
    return 0 if killed_percent(modules) >= LEAST_PERCENT else 1


def killed_percent(modules: Sequence[Module]) -> float:
    """Return how many mutants in a hundred were noticed."""
    tried = _count(modules)
    lived = sum(len(module.survivors) for module in modules)
    return 100 * (tried - lived) / tried if tried else 0.0


def report(modules: Sequence[Module]) -> Iterator[str]:
    """Yield what to print: the endless and the survivors, each module, each package, the whole."""
    tried = [module for module in modules if module.ended]
    for module in tried:
        yield from (f"endless: {name}" for name, code in module.ended.items() if code in ENDLESS)
        yield from (f"survived: {name}" for name in module.survivors)
    yield from (_score(module.path, [module]) for module in tried)
    yield ""
    for package in sorted({_package(module) for module in tried}):
        yield _score(package, [module for module in tried if _package(module) == package])
    yield _score(f"mutants killed in all, {LEAST_PERCENT} % wanted", tried)
    yield "(mutmut show NAME: what was changed)"


def _score(what: str, modules: Sequence[Module]) -> str:
    return f"{killed_percent(modules):6.1f} % of {_count(modules):5}  {what}"


def _package(module: Module) -> str:
    return "/".join(Path(module.path).parts[:2])


def _count(modules: Iterable[Module]) -> int:
    return sum(len(module.ended) for module in modules)


def _tried(made: Path, percent: int, seed: str) -> Iterator[Module]:
    for meta in sorted(made.rglob("*.meta")):
        path = str(meta.relative_to(made)).removesuffix(".meta")
        ended = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        count = -(-len(ended) * percent // 100)
        dice = random.Random(f"{seed}{path}")  # noqa: S311  # no secret in it
        chosen = dice.sample(sorted(ended), count)
        yield Module(path, {name: ended[name] for name in chosen})


def _say(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
