"""How a host of the room is reached: its libvirt as labctl opens it there, and labctl itself.

A bench is built where it lives: disks, cables and the jury's vantage are files and namespaces of
its host, which no libvirt connection can make from elsewhere. So a ``qemu+ssh`` address is read as
two things: the way to the host (``ssh://…``), and the socket of libvirt once there.
"""

from urllib.parse import parse_qs, urlencode, urlsplit

SSH = "qemu+ssh"
FOR_SSH = ("keyfile", "known_hosts")
"""Parameters of a libvirt address that are about the way to the host (libvirt.org/uri.html)."""
HONOURED = (*FOR_SSH, "socket")


def find_access(uri: str, access: str) -> str:
    """Return the ssh address of the host, "" when it is this machine."""
    parts = urlsplit(uri)
    if access or parts.scheme != SSH:
        return access
    query = {name: values[0] for name, values in parse_qs(parts.query).items() if name in FOR_SSH}
    return f"ssh://{parts.netloc}" + (f"?{urlencode(query, safe='/')}" if query else "")


def localise(uri: str) -> str:
    """Return the address of a host's libvirt as it is opened on the host itself."""
    parts = urlsplit(uri)
    if parts.scheme != SSH:
        return uri
    socket = parse_qs(parts.query).get("socket")
    if socket:
        return f"qemu+unix://{parts.path}?" + urlencode({"socket": socket[0]}, safe="/")
    return f"qemu://{parts.path}"


def list_unknown(uri: str) -> tuple[str, ...]:
    """Return the parameters of a ``qemu+ssh`` address that labctl would not honour."""
    parts = urlsplit(uri)
    if parts.scheme != SSH:
        return ()
    asked = parse_qs(parts.query, keep_blank_values=True)
    return tuple(name for name in asked if name not in HONOURED)
