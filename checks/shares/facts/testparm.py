"""What ``testparm -s`` prints of a Samba: sections of settings."""

from labctl.api import not_understood

Settings = dict[str, dict[str, str]]


def parse_testparm(text: str) -> Settings:
    """Return the settings of each section, their names in lower case.

    The library for such files takes minutes for lines that are long and blank.
    """
    sections: Settings = {}
    inside: dict[str, str] | None = None
    for line in (line.strip() for line in text.splitlines()):
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("[") and line.endswith("]"):
            inside = sections.setdefault(line[1:-1], {})
            continue
        name, equals, value = line.partition("=")
        if inside is None or not equals:
            raise not_understood("testparm", line)
        inside[name.strip().lower()] = value.strip()
    return sections
