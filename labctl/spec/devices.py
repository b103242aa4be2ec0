"""What is asked of machines by their name, until topics do: ``equipements``."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.core.ids import NodeName
from labctl.spec.fields import (
    Banner,
    Block,
    Domain,
    HostNumber,
    HostRef,
    Mac,
    Name,
    Positive,
    SecretRef,
    TcpPort,
    Url,
    key,
)

ROUTER = NodeName("routeur")
SWITCH = NodeName("commutateur")
DC = NodeName("dc")
NAS = NodeName("nas")
WORKSTATION = NodeName("poste")
ACCESS_POINT = NodeName("point_acces")
State = Literal["existant", "a_configurer", "partagee_salle"]
Names = tuple[Name, ...]
SomeNames = Annotated[Names, Field(min_length=1)]
_STATE = "qui fait de la machine ce qu'elle est : existant, a_configurer, partagee_salle"


class Wan(Block):
    """How the router reaches the Internet."""

    mode: Literal["dhcp"] = key("mode", "comment le routeur obtient son adresse Internet")


class Nat(Block):
    """Address translation."""

    masquerade: Literal[True] = key("masquerade", "traduction d'adresses")
    sources: SomeNames = key("sources", "VLAN traduits")


class Firewall(Block):
    """What the router lets in and out."""

    inbound_wan: Literal["refuser"] = key("entrant_wan", "ce qui vient d'Internet")
    outbound: dict[Name, tuple[TcpPort, ...]] = key("sortant", "ports ouverts par VLAN")
    upnp: bool = key("upnp", "UPnP")


class RouterAdmin(Block):
    """Who may administer the router, and how."""

    https_only: Literal[True] = key("https_seulement", "administration chiffrée seulement")
    sources: SomeNames = key("depuis", "VLAN d'où l'on administre")
    wan: Literal[False] = key("wan", "administration depuis Internet")
    password: SecretRef = key("mot_de_passe", "référence du mot de passe")


class DnsRelay(Block):
    """Where the router sends the names of the domain."""

    suffix: Domain = key("suffixe", "domaine relayé")
    to: HostRef = key("vers", "serveur DNS du domaine")


class Router(Block):
    """The router of the client."""

    wan: Wan = key("wan", "côté Internet")
    nat: Nat = key("nat", "traduction d'adresses")
    return_via: HostRef = key("routes_retour_via", "prochain saut vers les VLAN")
    firewall: Firewall = key("parefeu", "pare-feu")
    admin: RouterAdmin = key("admin", "administration")
    dns_relay: DnsRelay = key("dns_relais", "relais DNS")


class GuestAcl(Block):
    """What guests may reach."""

    forbidden: Names = key("interdire_vers", "VLAN que les invités n'atteignent pas")
    allowed: tuple[Literal["dhcp", "dns", "icmp", "internet", "ntp"], ...] = key(
        "autoriser", "ce qui leur reste permis", min_length=1
    )


class SwitchAdmin(Block):
    """Who may administer the switch, and how."""

    ssh_v2: Literal[True] = key("ssh_v2", "SSH version 2")
    telnet: Literal[False] = key("telnet", "Telnet")
    sources: SomeNames = key("depuis", "VLAN d'où l'on administre")
    banner: Banner = key("banniere", "avertissement")
    snmp: Literal["aucun_ou_v3"] = key("snmp", "supervision")
    ntp: HostRef = key("ntp", "serveur de temps")


class Switch(Block):
    """The L3 switch of the client."""

    routing: Literal[True] = key("routage", "routage entre VLAN")
    default_route: HostRef = key("route_defaut", "prochain saut par défaut")
    svis: dict[Name, HostNumber] = key("svi", "VLAN → numéro d'hôte de son interface")
    unused: Name = key("ports_inutilises", "segment des ports où rien n'est branché, éteints")
    guest_acl: GuestAcl = key("acl_invites", "filtrage des invités")
    admin: SwitchAdmin = key("admin", "administration")
    save: Literal[True] = key("sauvegarde_config", "configuration enregistrée")


class MacFilter(Block):
    """The cards a wireless network admits."""

    mode: Literal["liste_blanche"] = key("mode", "sorte de filtrage")
    macs: tuple[Mac, ...] = key("macs", "cartes admises", min_length=1)


class Ssid(Block):
    """One wireless network."""

    name: Annotated[str, Field(min_length=1, max_length=32)] = key(
        "nom", "nom du réseau (32 au plus)"
    )
    vlan: Name = key("vlan", "VLAN")
    security: Name = key("securite", "chiffrement")
    passphrase: SecretRef = key("cle", "référence de la clé")
    hidden: bool = key("masque", "nom masqué", default=False)
    isolation: bool = key("isolation_clients", "clients isolés", default=False)
    mac_filter: MacFilter | None = key("filtrage_mac", "filtrage MAC", default=None)


class AccessPoint(Block):
    """The access point of the client."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = key("pays", "pays réglementaire")
    wps: bool = key("wps", "WPS")
    channels_2g4: tuple[Positive, ...] = key("canaux_2g4", "canaux 2,4 GHz", min_length=1)
    channels_5g: tuple[Positive, ...] = key("canaux_5g", "canaux 5 GHz", min_length=1)
    dbm_max: Annotated[int, Field(ge=0, le=36)] = key(
        "puissance_dbm_max", "puissance au plus, en dBm : 36 là où l'on en admet le plus"
    )
    ssids: tuple[Ssid, ...] = key("ssid", "réseaux sans fil")

    @property
    def guest_vlan(self) -> str:
        """Return the VLAN whose users reach the Internet only: that of the isolated SSID."""
        return next((ssid.vlan for ssid in self.ssids if ssid.isolation), "INVITES")


class Share(Block):
    """One share, and who may what."""

    name: Name = key("nom", "nom du partage")
    read_write: Names = key("RW", "groupes et comptes qui y écrivent")
    read_only: Names = key("RO", "groupes et comptes qui y lisent seulement")


class Nas(Block):
    """The file server."""

    smb_min: Literal["SMB2", "SMB3"] = key("smb_min", "plus ancien SMB admis")
    shares: tuple[Share, ...] = key("partages", "partages")
    quotas_gib: dict[Name, Positive] = key("quota_gio", "partage → quota, en Gio", default={})


class DomainController(Block):
    """The domain controller."""

    roles: tuple[Literal["ad_ds", "dns", "ntp"], ...] = key("roles", "services rendus")


class Intranet(Block):
    """The intranet page."""

    url: Url = key("url", "adresse de l'intranet")
    state: State = key("etat", _STATE)
    on: Name = key("sur", "machine qui le sert")
    certificate: Name = key("certificat", "d'où vient son certificat")


class Devices(Block):
    """What is asked of the machines that have these names."""

    router: Router = key("routeur", "routeur")
    switch: Switch = key("commutateur", "commutateur de niveau 3")
    access_point: AccessPoint = key("point_acces", "point d'accès sans fil")
    nas: Nas = key("nas", "serveur de fichiers")
    dc: DomainController = key("dc", "contrôleur de domaine")
    intranet: Intranet | None = key("intranet", "intranet", default=None)
