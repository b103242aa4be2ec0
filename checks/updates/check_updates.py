"""The workstation is up to date."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from checks.installation.demand import Installation
from checks.updates import repository
from checks.updates.demand import UpdateLevel
from checks.updates.facts.updates import Packages, Updates
from checks.updates.versions import is_older
from labctl.api import Expectation, Match, NodeName, Plan, _, check, denial, require, truth

HERE = frozenset({"file", "copy", "cdrom"})
"""Places on the machine itself (sources.list(5)): a copy of the repository gets nothing new."""


def list_judged(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines of the subject that are a Windows, or that the bench has packages for."""
    asked = plan.demand(UpdateLevel)
    faces = {"windows", "apt"} if asked.repository else {"windows"}
    return tuple(name for name in asked.on if faces.intersection(plan.nodes[name].faces))


@check("K-054", asks=(UpdateLevel, Plan), needs=Updates, each=list_judged)
def check_updates(asked: UpdateLevel, plan: Plan, updates: Updates) -> Match:
    """Le poste a les mises à jour de la salle, peut en recevoir et n'attend aucun redémarrage."""
    if updates.packages is None:
        points = list(_expect_of_windows(asked, plan, updates))
    else:
        points = list(_expect_of_packages(asked, updates.packages))
    if not asked.pending_restart:
        points.append(
            denial(
                _("redémarrage en attente"),
                _("une mise à jour attend un redémarrage"),
                found=updates.restart_pending,
                earns=False,
            )
        )
    return require(points)


def _expect_of_windows(asked: UpdateLevel, plan: Plan, updates: Updates) -> Iterator[Expectation]:
    installation = plan.find(Installation)
    windows = installation.windows if installation is not None else None
    wanted = (windows.build_min if windows is not None else updates.build, asked.ubr_min)
    yield truth(
        _("mises à jour de la salle installées"),
        _("Windows est en %(found)s, antérieur à %(wanted)s")
        % {
            "found": f"{updates.build}.{updates.ubr}",
            "wanted": f"{wanted[0]}.{wanted[1]}",
        },
        holds=(updates.build, updates.ubr) >= wanted,
        gate=True,
    )
    yield truth(
        _("service Windows Update disponible"),
        _("le service Windows Update (wuauserv) est désactivé"),
        holds=not updates.service_disabled,
        earns=False,
    )


def _expect_of_packages(asked: UpdateLevel, found: Packages) -> Iterator[Expectation]:
    """Yield what is asked of packages: none is too old, none is gone, and APT gets the next ones.

    A package that was taken out is no update; a source without its signature is none either.
    """
    missing = sorted(
        name
        for name, version in found.security.items()
        if name in found.installed and is_older(found.installed[name], version)
    )
    gone = sorted((found.delivered.keys() | found.security.keys()) - found.installed.keys())
    values = {"count": len(missing), "most": asked.missing_security_max}
    said = _("mises à jour de sécurité manquantes : %(count)d, pour %(most)d au plus (%(names)s)")
    yield truth(
        _("mises à jour de sécurité manquantes : %(most)d au plus") % values,
        said % {**values, "names": ", ".join(missing)},
        holds=len(missing) <= asked.missing_security_max,
        gate=True,
    )
    yield truth(
        _("programmes livrés encore installés"),
        _("désinstallés au lieu d'être mis à jour : %(names)s") % {"names": ", ".join(gone)},
        holds=not gone,
        earns=False,
    )
    yield _expect_source(found)
    yield denial(
        _("paquets sans signature admis"),
        _("APT est réglé pour admettre ce que personne n'a signé"),
        found=found.is_unauthenticated or any(one.is_forced for one in found.sources),
        earns=False,
    )


def _expect_source(found: Packages) -> Expectation:
    """Expect that APT reads the repository: what it kept of its index is the index it has."""
    read = [one for one in found.sources if urlsplit(one.uri).scheme not in HERE]
    where = repository.URL
    if any(f"{where}/" in one.uri for one in found.sources):
        problem = _("APT n'a pas d'index vérifié de %(where)s, suite %(suite)s")
    else:
        problem = _("APT ne prend rien à %(where)s, suite %(suite)s")
    return truth(
        _("index du dépôt de la salle pris, et sa signature vérifiée"),
        problem % {"where": where, "suite": repository.SECURITY},
        holds=any(one.release == found.release for one in read),
    )
