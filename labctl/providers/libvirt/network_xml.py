"""A cable as libvirt spells it: an isolated bridge without address, DHCP, or spanning tree."""

from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from labctl.providers.libvirt import metadata
from labctl.providers.libvirt.layout import Wire

register_namespace("labctl", metadata.NAMESPACE)


def render(wire: Wire) -> str:
    """Return the XML of a network."""
    root = Element("network")
    SubElement(root, "name").text = wire.name
    SubElement(root, "uuid").text = wire.uuid
    metadata.add(root, wire.tag)
    SubElement(root, "bridge", name=wire.bridge, stp="off", delay="0")
    indent(root)
    return tostring(root, "unicode") + "\n"
