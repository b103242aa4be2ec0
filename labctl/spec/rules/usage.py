"""The workstation in use: accounts, programs, protection, backup and comfort that can be had."""

import re
from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.login import alike
from labctl.spec.own_share import find_main_account
from labctl.spec.rules.view import Finding, View, select

_PART = r"[^.\s\\/:*?\"<>|]{1,32}"
_WINGET = re.compile(rf"{_PART}(\.{_PART}){{1,7}}|[A-Z0-9]{{12,14}}")
"""Identifiers of packages (winget manifest schema, PackageIdentifier), and of Microsoft's store."""
_RID = re.compile(r"\(RID [0-9]{3,10}\)")
_BUILT_IN = ("administrateur", "administrator")
_PICTURE = re.compile(
    r"(?i)((?P<drive>[A-Z]:)|\\\\[^\\]+\\[^\\]+)(\\[^\\/:*?\"<>|]+)+"
    r"\.(avif|bmp|dib|gif|heic|heif|jfif|jpe|jpeg|jpg|jxr|png|tif|tiff|wdp)"
)
"""A full path, and an extension that Windows shows as a wallpaper."""


def find_namesakes_of_the_machine(view: View) -> Iterator[Finding]:
    """No local account has the name of its machine: Windows refuses it ("New-LocalUser")."""
    accounts, machine = view.subject.workstation.local_accounts, view.subject.workstation.name
    if accounts is not None and alike(accounts.admin.name) == alike(machine):
        said = _("« %(name)s » est le nom de la machine : aucun compte ne peut l'avoir")
        path = ("poste", "comptes_locaux", "admin_local", "nom")
        yield Finding(path, said % {"name": accounts.admin.name})


def find_unknown_administrators(view: View) -> Iterator[Finding]:
    """An administrator is a local account, or an account of the domain that has a known RID."""
    accounts = view.subject.workstation.local_accounts
    if accounts is None:
        return
    local = (alike(accounts.admin.name), *_BUILT_IN)
    for rank, name in enumerate(accounts.administrators):
        if alike(name) not in local and not _RID.search(name):
            said = _("« %(name)s » n'est ni un compte local, ni un compte du domaine et son RID")
            hint = _("pour un groupe du domaine : Admins du domaine (RID 512)")
            path = ("poste", "comptes_locaux", "administrateurs", rank)
            yield Finding(path, said % {"name": name}, hint)


def find_contradictory_programs(view: View) -> Iterator[Finding]:
    """A program is to be installed or removed, one is the browser, and winget can find it."""
    preferred = ""
    for rank, program in enumerate(view.subject.workstation.software):
        path, values = ("poste", "logiciels", rank), {"name": program.name, "other": preferred}
        if program.remove and program.required:
            said = _("« %(name)s » est à la fois à installer et à désinstaller")
            yield Finding((*path, "a_desinstaller"), said % values)
        if program.preferred and not program.required:
            said = _("« %(name)s » est « par_defaut » sans être à installer")
            yield Finding((*path, "par_defaut"), said % values)
        if program.preferred and preferred:
            said = _("« %(name)s » et « %(other)s » sont tous deux « par_defaut »")
            hint = _("un seul programme ouvre les pages web par défaut")
            yield Finding((*path, "par_defaut"), said % values, hint)
        preferred = program.name if program.preferred else preferred
        if program.winget is not None and not _WINGET.fullmatch(program.winget):
            said = _("« %(name)s » n'est pas un identifiant winget") % {"name": program.winget}
            hint = _("Éditeur.Programme, tel que « winget search » l'écrit")
            yield Finding((*path, "winget"), said, hint)


def find_contradictory_protection(view: View) -> Iterator[Finding]:
    """What protects the workstation is on where its parts are, and agrees with the policies."""
    security = view.subject.workstation.security
    if security is None:
        return
    if security.antivirus.real_time and not security.antivirus.active:
        said = _("la protection en temps réel demande un antivirus actif")
        yield Finding(("poste", "securite", "antivirus", "actif"), said)
    over = (view.subject.workstation.domain.ou, ".")
    for rank, policy in enumerate(view.subject.directory.gpos):
        asked = policy.rules.inactivity_s
        if asked is not None and asked > security.idle_s and policy.link_to in over:
            said = _("« %(name)s » verrouille après %(asked)d s, « veille_s » en admet %(own)d")
            values = {"name": policy.name, "asked": asked, "own": security.idle_s}
            path = ("annuaire", "gpo", rank, "regles", "InactivityTimeoutSecs")
            yield Finding(path, said % values)


def find_policies_without_effect(view: View) -> Iterator[Finding]:
    """A policy is linked over those it is for: the workstation, or its user for the drives.

    What Windows reads of the computer, and what it reads of the user, come from the units that each
    of them is in (Microsoft, "Group Policy processing").
    """
    directory, workstation = view.subject.directory, view.subject.workstation
    account = find_main_account(view.subject, view.values.people)
    user_ou = "" if account is None else account.ou
    for rank, policy in enumerate(directory.gpos):
        rules, linked = policy.rules, policy.link_to
        values = (rules.inactivity_s, rules.no_autorun, rules.smart_screen)
        meant = []
        if any(value is not None for value in values):
            meant.append((workstation.domain.ou, _("le poste, dans « %(ou)s »")))
        if rules.drives:
            meant.append((user_ou, _("l'utilisateur du poste, dans « %(ou)s »")))
        for unit, whom in meant:
            if linked not in (".", unit) and {linked, unit} <= set(directory.ous):
                said = _("« %(name)s », liée à « %(linked)s », ne vise pas %(whom)s")
                told = {"name": policy.name, "linked": linked, "whom": whom % {"ou": unit}}
                yield Finding(("annuaire", "gpo", rank, "lier_a"), said % told)


def find_impossible_backups(view: View) -> Iterator[Finding]:
    """The trial of a restoration spares the original; folders are on volumes of the workstation."""
    backup = view.subject.workstation.backup
    if backup.restore_test and backup.restored_to.casefold() == backup.source.casefold():
        said = _("la restauration d'essai écraserait « %(folder)s », le dossier sauvegardé")
        path = ("poste", "sauvegarde", "restauration")
        yield Finding(path, said % {"folder": backup.source}, _("donnez-lui un autre dossier"))
    for key, folder in (("source", backup.source), ("restauration", backup.restored_to)):
        if folder[:2] not in ("C:", "D:"):
            said = _("« %(folder)s » : le poste n'a que les volumes C: et D:")
            yield Finding(("poste", "sauvegarde", key), said % {"folder": folder})


def find_impossible_wallpapers(view: View) -> Iterator[Finding]:
    """The wallpaper is an image, in a folder that the user has."""
    personal = view.subject.workstation.personalisation
    if personal is None:
        return
    path, values = ("poste", "personnalisation", "fond"), {"file": personal.wallpaper}
    found = _PICTURE.fullmatch(personal.wallpaper)
    if not found:
        said = _("« %(file)s » n'est pas le chemin d'une image")
        yield Finding(path, said % values, _("comme D:\\Donnees\\fond.png"))
    elif found["drive"] and found["drive"].upper() not in ("C:", "D:", *personal.drives):
        said = _("« %(file)s » : l'utilisateur n'a pas ce lecteur")
        yield Finding(path, said % values)


def find_unknown_printers(view: View) -> Iterator[Finding]:
    """The default printer is the one of the bench."""
    personal, printer = view.subject.workstation.personalisation, view.subject.devices.printer
    known = dict.fromkeys((printer.queue, printer.name))
    if personal is not None and alike(personal.default_printer) not in map(alike, known):
        said = _("imprimante « %(name)s » inconnue") % {"name": personal.default_printer}
        hint = _("imprimante du banc : %(names)s") % {"names": ", ".join(known)}
        yield Finding(("poste", "personnalisation", "imprimante_defaut"), said, hint)


def find_large_guests(view: View) -> Iterator[Finding]:
    """The virtual machine to try fits in the memory of the workstation."""
    virtual, hardware = view.subject.workstation.virtualisation, view.subject.workstation.hardware
    if virtual is None or hardware is None:
        return
    if virtual.vm.ram_mib >= hardware.ram_gib * 1024:
        said = _("la machine d'essai demande %(asked)d Mio, le poste en a %(size)d")
        values = {"asked": virtual.vm.ram_mib, "size": hardware.ram_gib * 1024}
        yield Finding(("poste", "virtualisation", "vm", "ram_mio"), said % values)


def find_guests_who_administer(view: View) -> Iterator[Finding]:
    """No machine is administered from the network of the guests, who reach the Internet only."""
    guests = view.subject.devices.access_point.guest_vlan
    for machine in ("routeur", "commutateur"):
        for path, vlan in select(view.subject, f"equipements.{machine}.admin.depuis.*"):
            if vlan == guests:
                said = _("les invités (%(vlan)s) administreraient cette machine")
                hint = _("nommez le VLAN de l'administration")
                yield Finding(path, said % {"vlan": vlan}, hint)
