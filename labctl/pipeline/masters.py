"""Windows masters: from the centre's ISO to the machine each variant's master is made on."""

from dataclasses import dataclass
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.paths import cache_dir
from labctl.pipeline.place import Place
from labctl.providers.windows.building import Kit, plan_kit, write_kit
from labctl.providers.windows.iso import inspect

READ_S = 1800.0


@dataclass(frozen=True, slots=True)
class Sources:
    """The ISOs of the centre; ``drivers`` None: without virtio."""

    install: Path
    drivers: Path | None


def prepare_masters(
    place: Place, template: str, sources: Sources, *, is_dry: bool
) -> tuple[Kit, ...]:
    """Check the ISO and write what each variant's master needs; a dry run writes nothing."""
    plans = [place.plan(bench) for bench in place.one_bench_per_variant()]
    if not all(any("windows" in node.faces for node in plan.nodes.values()) for plan in plans):
        raise UsageError(
            _("aucun Windows n'est demandé dans cette salle"),
            hint=_("« poste: windows » dans le fichier de la salle"),
        )
    deadline, folder = Deadline.after(READ_S), cache_dir() / "windows" / template
    iso = inspect(sources.install.absolute(), folder, deadline)
    drivers = sources.drivers.absolute() if sources.drivers else None
    kits = tuple(plan_kit(plan, template, iso, folder / plan.variant, drivers) for plan in plans)
    if not is_dry:
        for kit, plan in zip(kits, plans, strict=True):
            write_kit(kit, plan, deadline)
    return kits
