"""What a trainer may ask for, however unusual, is not refused."""

import re
from pathlib import Path

import pytest

from labctl.spec.lint import validate_cahier
from tests.plans import CAHIER

pytestmark = pytest.mark.usefixtures("reading")
TEXT = CAHIER.read_text("utf-8")
UNUSUAL = (
    # people, names and passwords
    ("code: MN", "code: TS"),
    ("dns: moana.test", "dns: tiare.test"),
    ("pwd_len: 12", "pwd_len: 1"),
    ("pwd_len: 12", "pwd_len: 17"),
    ("verrou: {seuil: 5", "verrou: {seuil: 999"),
    ("age_max_j: 180", "age_max_j: 0"),
    ("historique: 10", "historique: 0"),
    ("complexite: true", "complexite: false"),
    ("deplacer_vers: Anciens", "deplacer_vers: Postes"),
    # network
    ("dhcp_bur: [100, 179]", "dhcp_bur: [100, 100]"),
    ("bail_h: 8\n", "bail_h: 8760\n"),
    ("upnp: false", "upnp: true"),
    ("depuis: [ADMIN], wan", "depuis: [ADMIN, SERVEURS], wan"),
    ("canaux_2g4: [1, 6, 11]", "canaux_2g4: [13]"),
    ("canaux_5g: [36, 40, 44, 48]", "canaux_5g: [100, 165]"),
    ("pays: PF", "pays: NC"),
    (
        "masque: false, filtrage_mac: {mode: liste_blanche",
        "masque: true, filtrage_mac: {mode: liste_blanche",
    ),
    ("INVITES, securite: WPA2-PSK-AES_ou_WPA3", "INVITES, securite: WPA3-SAE"),
    (', filtrage_mac: {mode: liste_blanche, macs: ["${mac_wifi}", "${mac_tab}"]}', ""),
    ('reseau: "${code}-Personnel-${num}",', 'reseau: "${code}-Visiteurs-${num}",'),
    ('macs: ["${mac_wifi}", "${mac_tab}"]', 'macs: ["${mac_wifi}"]'),
    # disk, memory and system
    ("fs: NTFS, label: DONNEES", "fs: ntfs, label: DONNEES"),
    ("fs: NTFS, label: DONNEES", "fs: ReFS, label: Données de la société"),
    ("fs: NTFS, label: DONNEES", "fs: exFAT, label: Donnees"),
    ("fs: NTFS, label: DONNEES", 'fs: FAT32, label: "DONNEES 1"'),
    ("fs: NTFS, label: DONNEES", f"fs: NTFS, label: {'D' * 32}"),
    ("data_gio: 40", "data_gio: 433"),
    (", capacite_gio: 465", ""),
    ("tolerance_pct: 5", "tolerance_pct: 0"),
    ('sku: 48, edition: "Professionnel"', 'sku: 4, edition: "Entreprise"'),
    ('sku: 48, edition: "Professionnel"', 'sku: 121, edition: "Éducation"'),
    ('sku: 48, edition: "Professionnel"', 'sku: 164, edition: "Professionnel Éducation"'),
    ('sku: 48, edition: "Professionnel"', 'sku: 164, edition: "Éducation"'),
    ('sku: 48, edition: "Professionnel"', 'sku: 161, edition: "Pro pour les stations de travail"'),
    ('sku: 48, edition: "Professionnel"', 'sku: 188, edition: "IoT Enterprise"'),
    ('sku: 48, edition: "Professionnel"', 'sku: 48, edition: "Windows 11"'),
    ("build_min: 26100", "build_min: 19045"),
    ('fuseau: "Hawaiian Standard Time"', 'fuseau: "UTC"'),
    ('fuseau: "Hawaiian Standard Time"', 'fuseau: "Romance Standard Time"'),
    ("fuseau: Pacific/Tahiti", "fuseau: Europe/Paris"),
    ("fuseau: Pacific/Tahiti", "fuseau: Etc/GMT+10"),
    ("fuseau: Pacific/Tahiti", "fuseau: America/Argentina/Ushuaia"),
    ("norme: DDR4, frequence_mhz: 2666", "norme: DDR5, frequence_mhz: 5600"),
    ("firmware: uefi, secure_boot: true", "firmware: uefi, secure_boot: false"),
    ("dossier_donnees: /donnees", "dossier_donnees: /srv/donnees"),
    ("dossier_donnees: /donnees", "dossier_donnees: /home/donnees"),
    ("profil: domaine", "profil: public"),
    # use
    ("{nom: 7-Zip, winget: 7zip.7zip, obligatoire: true}", "{nom: 7-Zip, obligatoire: true}"),
    ("winget: 7zip.7zip", "winget: 9NBLGGH4NNS1"),
    ("winget: 7zip.7zip", "winget: Microsoft.VCRedist.2015+.x64"),
    ("obligatoire: true, par_defaut: true", "obligatoire: true"),
    ('GG_TECHNIQUE"}, veille_s: "${veille_s}"', 'GG_TECHNIQUE"}, veille_s: 900'),
    ("signatures_age_max_j: 3", "signatures_age_max_j: 0"),
    ("antivirus: {actif: true", "antivirus: {actif: true"),
    ("protection_temps_reel: true", "protection_temps_reel: false"),
    ('volumes: ["C:", "D:"]', "volumes: []"),
    ("smb1: false", "smb1: true"),
    (", journal_mio: 64", ""),
    ("journal_mio: 64", "journal_mio: 1"),
    (', restauration: "D:\\\\Restauration"', ""),
    ('restauration: "D:\\\\Restauration"', 'restauration: "C:\\\\Essai"'),
    ("test_restauration: true", "test_restauration: false"),
    ('imprimante_defaut: "IMP-${site}-01"', 'imprimante_defaut: "imp-${site}-01"'),
    ('fond: "D:\\\\Donnees\\\\charte\\\\fond.png"', 'fond: "\\\\\\\\NAS\\\\COMMUN\\\\fond.JPG"'),
    ('fond: "D:\\\\Donnees\\\\charte\\\\fond.png"', 'fond: "${lettre_commun}\\\\mon fond.bmp"'),
    ("administrateurs: [adm-local, ", "administrateurs: [adm-local, Administrateur, "),
    ("hyperviseur: [hyper-v, virtualbox]", "hyperviseur: [vmware]"),
    ("ram_mio: 2048", "ram_mio: 8192"),
    # paper
    ("imap: {port: 993, securite: tls}", "imap: {port: 143, securite: starttls}"),
    ("smtp: {port: 587, securite: starttls}", "smtp: {port: 443, securite: tls}"),
    ("heberge_sur: courrier\n  ", ""),
    ('serveur: "mail.${dns}"', 'serveur: "courrier.${dns}"'),
    ("heberge_sur: demandes\n  ", ""),
    ("resolution_min: 240", "resolution_min: 10"),
    ("reseau: [commutateur, point_acces, imprimante, nas]}", "reseau: [routeur, dc, poste]}"),
    ("lier_a: Postes", 'lier_a: "."'),
    ('InactivityTimeoutSecs: "${veille_s}", ', ""),
    ('regles: {lecteurs: ["${lettre_commun}", "${lettre_service}"]}', "regles: {}"),
)


def said_of(folder: Path, text: str) -> list[str]:
    """Return what is said of a cahier."""
    cahier = folder / "x.cdc.yml"
    cahier.write_text(text, encoding="utf-8")
    return [f"{mistake.line}: {mistake.message}" for mistake in validate_cahier(cahier)]


NAMES = [re.sub(r"[^0-9A-Za-z_.,:-]+", " ", new[:40]) for _old, new in UNUSUAL]
"""Without what pytest escapes: a test is then found again by its name (``make mutate``)."""


@pytest.mark.parametrize(("old", "new"), UNUSUAL, ids=NAMES)
def test_what_is_unusual_is_accepted(old: str, new: str, tmp_path: Path) -> None:
    assert old in TEXT
    found = said_of(tmp_path, TEXT.replace(old, new, 1))
    assert [line for line in found if "jamais utilisée" not in line] == []


def test_a_user_of_two_services_whose_drive_is_named_is_accepted(tmp_path: Path) -> None:
    text = TEXT.replace("groupes: [GG_COMPTA]", "groupes: [GG_COMPTA, GG_TECHNIQUE]", 1)
    drive = '"${lettre_service}": service_de_l_utilisateur'
    assert drive in text
    assert said_of(tmp_path, text.replace(drive, '"${lettre_service}": SCANS')) == []


def without(text: str, block: str) -> str:
    """Return a cahier without a block, which no lot names any more."""
    text, count = re.subn(rf"^{block}:.*\n(  .*\n)*", "", text, flags=re.MULTILINE)
    assert count == 1
    text = re.sub(rf"(?<=[\[ ]){block}, ", "", text)
    return re.sub(rf"(, |(?<=\[)){block}\]", "]", text)


def test_a_subject_without_windows_nor_paper_is_accepted(tmp_path: Path) -> None:
    """Every section that may be left out is."""
    text = TEXT
    text = re.sub(r"^  windows:.*\n", "", text, flags=re.MULTILINE)
    optional = ("stockage", "virtualisation", "messagerie", "assistance", "documents_a_rendre")
    for name in (*optional, "commercial", "personnalisation", "sauvegarde"):
        text = without(text, name)
    found = said_of(tmp_path, text)
    assert [line for line in found if "jamais utilisée" not in line] == []


def test_a_virtual_machine_on_a_workstation_of_unknown_memory_is_accepted(tmp_path: Path) -> None:
    assert said_of(tmp_path, without(TEXT, "materiel")) == []


def test_a_disk_of_which_nothing_else_is_known_is_accepted(tmp_path: Path) -> None:
    found = said_of(tmp_path, without(TEXT, "stockage"))
    assert [line for line in found if "jamais utilisée" not in line] == []
