"""The cahier des charges: one file, several variants, one Subject per bench."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.spec.complaint import explain
from labctl.spec.loader import Source, Value, load
from labctl.spec.subject import Subject
from labctl.spec.substitution import Substitution

SAMPLE_BENCH: Mapping[str, Value] = {
    "num": "00",
    "mac_ap": "02:00:00:00:00:f1",
    "mac_imp": "02:00:00:00:00:f2",
    "mac_wifi": "02:00:00:00:00:f3",
    "mac_tab": "02:00:00:00:00:f4",
    "usb_serial": "EXEMPLE",
}
"""Values a room gives for each bench; these stand for them when there is no room."""


@dataclass(frozen=True, slots=True)
class Cahier:
    """A cahier whose every variant is well formed; ``labctl.spec.lint`` checks its sense."""

    source: Source

    @property
    def id(self) -> str:
        """Return the identifier of the cahier."""
        return str(self.source.tree["id"])

    @property
    def variants(self) -> tuple[str, ...]:
        """Return the names of the variants, in the order of the file."""
        return tuple(variant_values(self.source))

    def subject(self, variant: str, bench: Mapping[str, Value] = SAMPLE_BENCH) -> Subject:
        """Return what one candidate receives; SpecError when the bench's values do not fit."""
        if variant not in self.variants:
            message = _("variante « %(name)s » inconnue") % {"name": variant}
            hint = _("variantes : %(names)s") % {"names": ", ".join(self.variants)}
            raise SpecError(
                (self.source.mistake(("variants",), message, rule="variante", hint=hint),)
            )
        subject, mistakes = resolve(self.source, variant, bench)
        if subject is None:
            raise SpecError(mistakes)
        return subject


def load_cahier(path: Path) -> Cahier:
    """Read a cahier and check its form, in every variant; SpecError with every mistake."""
    source = load(path)
    mistakes = set(find_mistakes(source))
    if mistakes:
        raise SpecError(tuple(sorted(mistakes)))
    return Cahier(source)


def find_mistakes(source: Source) -> Iterator[Mistake]:
    """Yield the mistakes of form of every variant, some of them more than once."""
    names = tuple(variant_values(source))
    for variant in names or ("",):
        yield from resolve(source, variant, SAMPLE_BENCH)[1]


def resolve(
    source: Source, variant: str, bench: Mapping[str, Value]
) -> tuple[Subject | None, tuple[Mistake, ...]]:
    """Return the Subject of a variant, or None and what is wrong."""
    tree, mistakes, _used = substitute(source, variant, bench)
    try:
        subject = Subject.model_validate(tree)
    except ValidationError as exc:
        return None, (*mistakes, *explain(exc, source, Subject))
    return (None if mistakes else subject), mistakes


def substitute(
    source: Source, variant: str, bench: Mapping[str, Value]
) -> tuple[dict[str, Value], tuple[Mistake, ...], frozenset[str]]:
    """Return the tree with its references replaced, the mistakes, the variables used."""
    variables = {**variant_values(source).get(variant, {}), **bench}
    work = Substitution(source, variables)
    tree = {
        name: value if name == "variants" else work.apply(value, (name,))
        for name, value in source.tree.items()
    }
    return tree, tuple(work.mistakes), frozenset(work.used)


def variant_values(source: Source) -> dict[str, Mapping[str, Value]]:
    """Return the raw values of each variant."""
    variants = source.tree.get("variants")
    if not isinstance(variants, Mapping):
        return {}
    return {name: values for name, values in variants.items() if isinstance(values, Mapping)}
