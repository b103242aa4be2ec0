"""The one table of CIM types: what a property is, for an answer seldom says it.

A projection carries no type, and an array of one element looks like a scalar: both are known from
``types.txt``. A property that is not there is a string, unless the answer says otherwise.
``object:C`` is a nested instance of a class, ``ref`` the address of another instance, and
``[]`` an array; the class ``*`` holds what is the same everywhere.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources

ANYWHERE = "*"
_OF_XSI = {
    "boolean": "boolean",
    "byte": "sint8",
    "short": "sint16",
    "int": "sint32",
    "long": "sint64",
    "unsignedbyte": "uint8",
    "unsignedshort": "uint16",
    "unsignedint": "uint32",
    "unsignedlong": "uint64",
    "float": "real32",
    "double": "real64",
    "datetime": "datetime",
    "char16": "char16",
    "string": "string",
}


def type_of(owner: str, name: str) -> str | None:
    """Return the type of a property, None when it is not listed; ``owner``: class, class.method."""
    table = load_types()
    places = (owner.lower(), owner.partition(".")[0].lower(), ANYWHERE)
    found = (table[place].get(name.lower()) for place in places if place in table)
    return next((kind for kind in found if kind), None)


def is_listed(owner: str) -> bool:
    """Tell whether a class is listed: a class derived from another seldom is."""
    return owner.lower() in load_types()


def type_named(xsi_type: str) -> str | None:
    """Return the type that an answer states (``cim:cimUnsignedInt``), None for a class or none."""
    return _OF_XSI.get(xsi_type.rpartition(":")[2].lower().removeprefix("cim"))


@cache
def load_types() -> Mapping[str, Mapping[str, str]]:
    """Return the table: class, in lower case → property, in lower case → type."""
    text = resources.files("labctl.connect.cim").joinpath("types.txt").read_text(encoding="utf-8")
    table: dict[str, dict[str, str]] = {}
    owner = kind = ""
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        names = line.split()
        if line.startswith("#") or not names:
            continue
        if indent == 0:
            owner = names[0].lower()
            table[owner] = {}
            continue
        if indent == 2:
            kind, *names = names
        table[owner].update((name.lower(), kind) for name in names)
    return table
