"""A demand: what one topic understands of a cahier, as it is written and as checks read it.

One class has both forms. Where a key is written otherwise than it is read, its type carries a
``Written`` that turns the one into the other. A block is resolved against the machines of the
bench, never against another block.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, Self, TypeVar, cast

from pydantic import GetCoreSchemaHandler, TypeAdapter, computed_field
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from labctl.core.plain import to_plain
from labctl.spec.fields import ECHO, Block
from labctl.spec.ground import Ground

T = TypeVar("T")


def computed(function: Callable[[Any], T]) -> T:
    """Declare a value computed of the fields of a block, once: roles read it in ``plan.json``."""
    return cast("T", computed_field(cached_property(function)))


class ReadBack:
    """The context of a value that comes from ``plan.json``: it is resolved already."""


READ_BACK = ReadBack()


class Demand(Block):
    """A block of the cahier; ``topic`` is the folder of its class, ``checks/<topic>/demand.py``."""

    topic: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **_options: Any) -> None:
        """Note the topic."""
        if "topic" not in vars(cls):
            cls.topic = cls.__module__.split(".")[-2]

    @classmethod
    def resolve(cls, block: object, ground: Ground) -> Self:
        """Return what a block of a cahier asks for; pydantic's ValidationError when it is wrong."""
        return cls.model_validate(block, context=ground)

    @classmethod
    def read_back(cls, document: object) -> Self:
        """Return the demand of a document made by ``write``; ValidationError for any other."""
        return cls.model_validate(
            document, by_name=True, by_alias=False, strict=False, extra="ignore", context=READ_BACK
        )

    def write(self) -> dict[str, object]:
        """Return the resolved form as plain JSON, by English names."""
        return {name: to_plain(value) for name, value in self.model_dump().items()}


def list_machines(document: object) -> Iterator[str]:
    """Yield the machines that a written demand is made of: the values of ``on``, at any depth."""
    if isinstance(document, Mapping):
        named = document.get("on", ())
        yield from (named,) if isinstance(named, str) else map(str, named)
        yield from (name for inside in document.values() for name in list_machines(inside))
    elif isinstance(document, list | tuple):
        yield from (name for inside in document for name in list_machines(inside))


class Written:
    """The form in which a value is written, and how it becomes the one that is read.

    ``form`` is the type of what the file holds, ``resolve`` is given a valid one and the ground.
    Where ``beside`` names a field of the block that comes before, ``resolve`` is given the value of
    that field and the written one, as a pair. A PydanticCustomError that it raises is a mistake of
    the file.
    """

    def __init__(
        self, form: Any, resolve: Callable[[Any, Ground], object], *, beside: str = ""
    ) -> None:
        self.form = form
        self._resolve = resolve
        self._beside = beside

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of the resolved type behind the one of the written form."""
        adapter = self._adapter

        def read(
            value: Any,
            inner: core_schema.ValidatorFunctionWrapHandler,
            info: core_schema.ValidationInfo,
        ) -> Any:
            if isinstance(info.context, ReadBack):
                return inner(value)
            if not isinstance(info.context, Ground):
                raise TypeError("a demand is resolved against a ground, or read back")
            written = adapter.validate_python(value, strict=True, context=info.context)
            if self._beside:
                written = (_find_sibling(self._beside, info), written)
            return inner(self._resolve(written, info.context))

        return core_schema.with_info_wrap_validator_function(read, handler(source))

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        """Return the schema of the written form: what an editor completes."""
        return self._adapter.json_schema()

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.form)


def _find_sibling(field: str, info: core_schema.ValidationInfo) -> object:
    """Return a field of the same block that was read before; an echo when it was refused."""
    siblings = info.data or {}
    if field not in siblings:
        raise PydanticCustomError(ECHO, "refused")
    return siblings[field]
