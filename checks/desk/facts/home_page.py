"""The home page of the main user, asked for on their machine as a browser would.

The authority of the bench is told by the domain controller, which the candidate does not
administer: what the machine says of it is compared to that.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from checks.desk.demand import Personalisation
from checks.directory.demand import Directory
from checks.internet.facts.fetch import LIMIT_S, ask_page, read_page
from checks.intranet.demand import Intranet
from labctl.api import (
    Answer,
    NodeName,
    NotUnderstood,
    Plan,
    Question,
    Reading,
    Reason,
    _,
    ask,
    ask_part,
    attempt,
    fact,
    not_understood,
    number_of,
    read_text,
    read_told,
    refuse_trouble,
    run_on,
    text_of,
)

AUTHORITY = "/etc/labctl/tls/ca.pem"
STORE = ("-CAfile", "/etc/ssl/certs/ca-certificates.crt", "-CApath", "/etc/ssl/certs")
UNTRUSTED = 60
"""Exit code of curl for a certificate that it does not trust (curl, « Exit codes »)."""
VERIFIED = "Verification: OK"
THUMBPRINT = re.compile("[0-9a-f]{40}")
SCRIPT = r"""$s = 0; $p = ''
try { $s = [int](Invoke-WebRequest -UseBasicParsing -Uri '%s' -TimeoutSec %d).StatusCode }
catch { $p = "$($_.Exception.Status)" }
@{ status = $s; problem = $p
store = (Get-ChildItem Cert:\LocalMachine\Root).Thumbprint -join ' ' }"""
TRUST_FAILURE, OUT_OF_TIME = "TrustFailure", "Timeout"
"""WebExceptionStatus of a certificate that Windows does not trust, of a late page (Microsoft)."""


@dataclass(frozen=True, slots=True)
class HomePage:
    """The home page as it opens on a machine, which verifies its certificate with its own store.

    ``status`` is that of HTTP (RFC 9110, 15); 0: it does not open. ``is_genuine`` tells whether the
    server shows, to the domain controller, a certificate that the authority of the bench signed.
    """

    status: int
    is_distrusted: bool  # the page is there, under a certificate that the machine does not trust
    address: str  # that answered; empty: not known
    trusts_authority: bool  # the authority of the bench is in the machine's store
    is_genuine: bool


@fact(HomePage, kind="linux")
def from_linux(plan: Plan, at: NodeName) -> Reading[HomePage]:
    """Fetch the page with the store of the system, and verify the authority against it."""
    url = plan.demand(Personalisation).home_page
    told, trust, own, *others = yield from ask(
        ask_page(plan, at, url, "-q", "--noproxy", "*"),
        run_on(at, "/usr/bin/openssl", "verify", *STORE, AUTHORITY),
        _ask_thumbprint(at),
        *_ask_controller(plan),
    )
    page = read_page(told)
    is_genuine, authority = _read_controller(*others)
    return HomePage(
        status=page.status,
        is_distrusted=told.exit_code == UNTRUSTED,
        address=page.address,
        trusts_authority=trust.exit_code == 0 and _read_thumbprint(own) == authority,
        is_genuine=is_genuine,
    )


@fact(HomePage, kind="windows-11")
def from_windows(plan: Plan, at: NodeName) -> Reading[HomePage]:
    """Fetch the page with the store of the machine, and list its authorities.

    Microsoft, "Invoke-WebRequest" and "about_Certificate_Provider".
    """
    url = plan.demand(Personalisation).home_page.replace("'", "''")
    code = SCRIPT % (url, int(LIMIT_S * plan.patience))
    script, *others = yield from attempt(
        ask_part(at, "homepage", code, "Invoke-WebRequest"), *_ask_controller(plan)
    )
    told = read_told(script, "homepage")
    if told.problem:
        raise NotUnderstood(told.problem)
    (page,) = told.instances()
    if text_of(page, "problem") == OUT_OF_TIME:
        raise NotUnderstood(_("%(url)s ne vient pas à temps") % {"url": url}, Reason.TIMEOUT)
    is_genuine, authority = _read_controller(*others)
    return HomePage(
        status=number_of(page, "status"),
        is_distrusted=text_of(page, "problem") == TRUST_FAILURE,
        address="",
        trusts_authority=authority in text_of(page, "store").casefold().split(),
        is_genuine=is_genuine,
    )


def _ask_controller(plan: Plan) -> Iterator[Question]:
    """Have the domain controller verify the server's certificate, and show its authority."""
    controller, page = plan.demand(Directory).on, plan.demand(Intranet)
    host = urlsplit(plan.demand(Personalisation).home_page).hostname or ""
    where = f"{plan.address_of(page.on)}:{urlsplit(page.url).port or 443}"
    names = ("-servername", host, "-verify_hostname", host, "-CAfile", AUTHORITY)
    yield run_on(controller, "/usr/bin/openssl", "s_client", "-connect", where, *names)
    yield _ask_thumbprint(controller)


def _ask_thumbprint(at: NodeName) -> Question:
    """Ask which authority a machine was given; a SHA-1 only names it, as Windows does."""
    shown = ("x509", "-noout", "-fingerprint", "-sha1", "-in", AUTHORITY)
    return run_on(at, "/usr/bin/openssl", *shown)


def _read_controller(server: Answer, authority: Answer) -> tuple[bool, str]:
    """Return whether the server is genuine, and the thumbprint of the authority of the bench."""
    refuse_trouble(server)
    refuse_trouble(authority)
    thumbprint = _read_thumbprint(authority)
    if not THUMBPRINT.fullmatch(thumbprint):
        raise not_understood(authority.question.text, thumbprint)
    return VERIFIED in read_text(server), thumbprint


def _read_thumbprint(answer: Answer) -> str:
    return read_text(answer).strip().rpartition("=")[2].replace(":", "").casefold()
