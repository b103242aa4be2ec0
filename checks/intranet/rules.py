"""A page whose certificate is looked at is served over TLS."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from checks.intranet.demand import Intranet
from labctl.api import Remark, View, _, rule


@rule("adresse-web", reads=Intranet)
def find_pages_in_the_clear(asked: Intranet, _view: View) -> Iterator[Remark]:
    """The address of the page says so."""
    if urlsplit(asked.url).scheme != "https":
        said = _("« %(url)s » n'a pas de certificat, et « certificat » dit qui l'a signé")
        yield Remark(asked, "url", said % {"url": asked.url}, _("écrivez https://"))
