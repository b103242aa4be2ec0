"""Other ways to put the workstation on the network and into the domain."""

from checks.directory.demand import Directory
from checks.installation.demand import Installation
from checks.joining.demand import Joining
from checks.printing.demand import Printing
from labctl.plan.model import Plan


def with_adcli(plan: Plan) -> str:
    """Return a join by adcli, no Samba configured; the password of the administrator comes first.

    The address is asked for by ifupdown, in the file of the lab's own cards.
    """
    poste, directory = plan.desks[0], plan.demand(Directory)
    linux = plan.demand(Installation).of_linux()
    card = poste.interfaces[0].name
    name, realm = poste.hostname.lower(), directory.domain.upper()
    return f"""
hostname {name}.{directory.domain}
echo {name}.{directory.domain} > /etc/hostname
printf '127.0.0.1 localhost\\n127.0.1.1 {name}.{directory.domain} {name}\\n' > /etc/hosts
ln -sf ../usr/share/zoneinfo/{linux.timezone} /etc/localtime
mkdir -p /srv/donnees
ln -s srv/donnees {linux.data_dir}
printf '\\nallow-hotplug {card}\\niface {card} inet dhcp\\n' >> /etc/network/interfaces
service networking restart
printf '[libdefaults]\\n default_realm = {realm}\\n dns_lookup_kdc = true\\n rdns = false\\n' \\
    > /etc/krb5.conf
for _try in $(seq 60); do
    adcli info {directory.domain} > /dev/null 2>&1 && break
    sleep 0.5
done
printf %s "$ADMINISTRATOR" | adcli join {directory.domain} --stdin-password \\
    --login-user=Administrator --computer-name={poste.hostname} \\
    --domain-ou='{directory.ou_dn(plan.demand(Joining).ou)}'
mkdir -p /usr/share/ca-certificates/societe
cp /etc/labctl/tls/ca.pem /usr/share/ca-certificates/societe/interne.crt
echo societe/interne.crt >> /etc/ca-certificates.conf
update-ca-certificates > /dev/null
"""


def test_page(plan: Plan) -> str:
    """Return how a page is printed by IPP, without CUPS on the workstation."""
    asked = plan.demand(Printing)
    uri = f"ipp://{plan.address_of(asked.on)}/printers/{asked.queue}"
    return f"""
echo essai > /tmp/essai.txt
for _try in $(seq 60); do
    ipptool -q -T 2 -f /tmp/essai.txt {uri} print-job.test && exit 0
    sleep 0.5
done
exit 1
"""


def with_dhcpcd(plan: Plan) -> str:
    """Return addresses by dhcpcd (nodev: these machines have no udev), and a join for sssd."""
    directory = plan.demand(Directory)
    linux = plan.demand(Installation).of_linux()
    return f"""
{_named(plan)}
ln -sf /usr/share/zoneinfo/{linux.timezone} /etc/localtime
mkdir -p {linux.data_dir}
printf 'denyinterfaces mgmt0\\nipv4only\\nnodev\\n' >> /etc/dhcpcd.conf
systemctl enable --now dhcpcd
{_kerberos(plan)}
printf %s "$ADMINISTRATOR" | adcli join {directory.domain} --stdin-password \\
    --login-user=Administrator --domain-ou='{directory.ou_dn(plan.demand(Joining).ou)}'
cat > /etc/sssd/sssd.conf <<'END'
[sssd]
domains = {directory.domain}
[domain/{directory.domain}]
id_provider = ad
access_provider = ad
dyndns_update = false
END
chmod 600 /etc/sssd/sssd.conf
cat /etc/labctl/tls/ca.pem >> /etc/ssl/certs/ca-certificates.crt
sed -i 's/ -f"$/"/' /etc/default/sssd  # an option that sssd no longer has
systemctl enable --now sssd
"""


def _named(plan: Plan) -> str:
    name = plan.desks[0].hostname
    return f"""
hostname {name}
printf '# nom du poste\\n{name}\\n' > /etc/hostname
printf '127.0.0.1 localhost\\n127.0.1.1 {name.lower()}.{plan.domain} {name.lower()}\\n' \\
    > /etc/hosts
"""


def _kerberos(plan: Plan) -> str:
    domain = plan.domain
    return f"""
printf '[libdefaults]\\n default_realm = {domain.upper()}\\n rdns = false\\n' > /etc/krb5.conf
for _try in $(seq 60); do
    adcli info {domain} > /dev/null 2>&1 && break
    sleep 0.5
done
"""
