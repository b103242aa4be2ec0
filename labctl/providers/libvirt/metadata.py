"""The tag of labctl in the metadata of domains and networks: the only proof of ownership."""

from xml.etree.ElementTree import Element, SubElement

from labctl.providers.libvirt.layout import Tag

NAMESPACE = "urn:labctl:bench:1"
_NAME = f"{{{NAMESPACE}}}owner"


def add(parent: Element, tag: Tag, **more: str) -> None:
    """Put the tag, and what else is to be remembered, below an object."""
    metadata = SubElement(parent, "metadata")
    owner = SubElement(metadata, _NAME)
    values = {"instance": tag.instance, "bench": str(tag.bench), "node": tag.node, **more}
    for name, value in values.items():
        owner.set(name, value)


def read(root: Element) -> Tag | None:
    """Return the tag of an object, None when it is not labctl's."""
    owner = root.find(f"metadata/{_NAME}")
    if owner is None or not owner.get("bench", "").isdecimal():
        return None
    return Tag(owner.get("instance", ""), int(owner.get("bench", "")), owner.get("node", ""))


def read_value(root: Element, name: str) -> str:
    """Return something remembered beside the tag, empty when it is not there."""
    owner = root.find(f"metadata/{_NAME}")
    return "" if owner is None else owner.get(name, "")
