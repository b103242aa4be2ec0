"""What was handed in and when they came, for evidence; what the reference solution hands in."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path, PurePath

from labctl.core import store
from labctl.core.clock import tell_seconds
from labctl.core.coming import Coming
from labctl.core.errors import InfrastructureError, ProviderError
from labctl.core.handed import Document, find_document
from labctl.core.i18n import _
from labctl.facts.shelf import load_shelf
from labctl.pipeline.place import bench_dir
from labctl.plan.model import Plan
from labctl.plan.words import Filled, list_filled
from labctl.providers import parts, registry
from labctl.providers.base import Doorkeeper
from labctl.providers.profile import Ability
from labctl.reports.printed.blocks import Picture, parse_blocks
from labctl.reports.printed.document import Page, load_centre
from labctl.reports.printed.odt import write_odt
from labctl.reports.printed.office import add_results, split_results
from labctl.reports.printed.workbook import write_ods, write_xlsx
from labctl.spec.step import Edit

SOLUTION = "solution"
"""The folder of a bench that holds the documents of the solution as they were written."""
_MOST_COMINGS = 2000
_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="17" height="11"/>'
"""What stands for any picture of the solution."""


def take_documents(plan: Plan) -> tuple[Document, ...] | None:
    """Return what was handed in on a bench, as it is now; None where a bench has no way in.

    ProviderError while the bench is paused: what is frozen does not answer, which would look like
    work that was not done.
    """
    keeper = _find_keeper(plan)
    if keeper is None:
        return None
    door = keeper.status(plan.bench)
    if door is not None and door.is_paused:
        said = _("le banc %(bench)02d est en pause : ce qui y est gelé ne répond pas")
        hint = f"labctl access {plan.bench} --resume"
        raise ProviderError(said % {"bench": plan.bench}, hint=hint)
    return _list_documents(keeper, plan)


def take_comings(plan: Plan) -> tuple[Coming, ...]:
    """Return what happened at the way in of a bench, as far as the last events."""
    keeper = _find_keeper(plan)
    return keeper.comings(plan.bench)[-_MOST_COMINGS:] if keeper else ()


def hand_in_solution(plan: Plan, topics: Collection[str] | None) -> None:
    """Hand in the documents of the solution, of some topics or of all (None).

    What the candidate handed in under such a name stays theirs.
    """
    keeper = _find_keeper(plan)
    if keeper is None:
        return
    folder = bench_dir(plan.bench) / SOLUTION
    theirs = [one for one in _list_documents(keeper, plan) if not (folder / one.name).exists()]
    for one in _list_filled(plan, topics):
        if find_document(theirs, one.name) is None:
            _hand_in(keeper, plan, folder / one.name, one.text)


def write_for_shelf(plan: Plan, topics: Collection[str] | None) -> dict[str, bytes]:
    """Return the same documents where the shelf of the bench is the only place for them.

    Empty where there is a way in, or no shelf either.
    """
    if _find_keeper(plan) is not None or load_shelf(plan) is None:
        return {}
    folder = bench_dir(plan.bench) / SOLUTION
    return {one.name: _write(folder / one.name, one.text) for one in _list_filled(plan, topics)}


def take_back_solution(plan: Plan) -> None:
    """Take away what the solution handed in; a shelf goes with its machine."""
    keeper, folder = _find_keeper(plan), bench_dir(plan.bench) / SOLUTION
    if folder.is_dir():
        if keeper:
            keeper.hand_in(plan.bench, {path.name: None for path in folder.iterdir()})
        store.remove(folder)


def edit_solution(plan: Plan, edit: Edit) -> dict[str, bytes]:
    """Change a document of the solution, and hand it in again where there is a way in.

    Return what is to be put on the shelf of the bench where there is none. InfrastructureError when
    nothing of it is what the change is for.
    """
    keeper, path = _find_keeper(plan), bench_dir(plan.bench) / SOLUTION / edit.file
    text = store.read_bytes(path).decode()
    changed, times = re.subn(edit.find, edit.put, text, flags=re.MULTILINE)
    if not times:
        said = _("le corrigé de « %(name)s » n'a rien qui corresponde à %(pattern)s")
        raise InfrastructureError(said % {"name": edit.file, "pattern": edit.find})
    if keeper is None:
        return {path.name: _write(path, changed)}
    _hand_in(keeper, plan, path, changed)
    return {}


def _find_keeper(plan: Plan) -> Doorkeeper | None:
    if Ability.WAY_IN not in registry.find(plan.provider).abilities:
        return None
    return parts.load_doorkeeper(plan.provider)


def _list_documents(keeper: Doorkeeper, plan: Plan) -> tuple[Document, ...]:
    return tuple(
        Document(each.name, store.read_bytes(each.path), tell_seconds(each.at))
        for each in keeper.handed_in(plan.bench)
    )


def _list_filled(plan: Plan, topics: Collection[str] | None) -> Iterator[Filled]:
    """Yield the documents of the solution of some topics, or of all (None)."""
    for topic, one in list_filled(plan):
        if topics is None or topic in topics:
            yield one


def _hand_in(keeper: Doorkeeper, plan: Plan, path: Path, text: str) -> None:
    """Write a document and put it where the candidate's are."""
    keeper.hand_in(plan.bench, {path.name: _write(path, text)})


def _write(path: Path, text: str) -> bytes:
    """Return a document made of its text, which is kept."""
    store.write_bytes(path, text.encode())
    return write_document(path.name, text)


def write_document(name: str, text: str) -> bytes:
    """Return a document in the format of its name, from its text in Markdown."""
    stem, suffix = PurePath(name).stem, PurePath(name).suffix
    words, wanted = split_results(text)
    blocks = parse_blocks(words)
    pictures = {block.name: _PICTURE for block in blocks if isinstance(block, Picture)}
    page = Page(stem, stem, "", "", "", "", (), blocks, pictures)
    writers = {
        ".odt": lambda: write_odt(page, load_centre()),
        ".ods": lambda: write_ods(page),
        ".xlsx": lambda: write_xlsx(page),
    }
    return add_results(writers[suffix](), suffix, wanted)
