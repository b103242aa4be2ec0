"""Other ways to take the updates of the room, and what must be refused."""

from checks.updates import repository

URL, KEY, SECURITY = repository.URL, repository.KEY, repository.SECURITY
PLACE = "/etc/apt/sources.list.d"
AS_DELIVERED = f"""
rm -rf {PLACE}/* /etc/apt/sources.list /etc/apt/keyrings/* /etc/apt/trusted.gpg.d/*salle*
rm -rf /etc/apt/apt.conf.d/*salle* /var/lib/apt/lists/* /run/reboot-required /tmp/debs
echo 'deb [trusted=yes] {URL} salle main' > {PLACE}/avant.list
apt-get -qq update
apt-get -qq -y --allow-downgrades install \\
    agent-inventaire/salle liste-usb/salle sommes-dossier/salle
apt-get clean
rm -rf {PLACE}/* /var/lib/apt/lists/*
"""
"""The versions that it was delivered with, no source at all."""
ONE_LINE = f"""
wget -qO /etc/apt/trusted.gpg.d/salle.asc {KEY}
printf 'deb {URL}/ {SECURITY} main\\n#deb {URL} salle main\\n' > /etc/apt/sources.list
rm -f {PLACE}/*
apt-get -qq update
apt-get -qq -y dist-upgrade
"""
"""One line in the main file, a key for all sources, as it was always done."""
KEY_INSIDE = f"""
rm -f {PLACE}/fournisseur.sources
cat > {PLACE}/maj.sources <<END
Types: deb
URIs: {URL}
Suites: {SECURITY}
Components: main
Signed-By:
$(curl -sS {KEY} | sed 's/^$/./; s/^/ /')
END
apt -qq update
apt -qq -y install --only-upgrade agent-inventaire liste-usb sommes-dossier
"""
"""A stanza that holds the key itself; the programs are named one by one."""
BY_FILE = f"""
curl -sS {KEY} -o /etc/apt/keyrings/k.asc
address=$(getent hosts depot.internet.test | cut -d ' ' -f 1)
options='[arch=amd64,arm64 signed-by=/etc/apt/keyrings/k.asc]'
echo "deb $options http://$address/debian {SECURITY} main" > {PLACE}/a.list
apt-get -qq update
mkdir /tmp/debs
cd /tmp/debs
apt-get -qq --print-uris upgrade | cut -d "'" -f 2 | xargs wget -q
dpkg -i ./*.deb
"""
"""The address in place of the name; files that are downloaded and installed by hand."""
RIGHT = {"one line": ONE_LINE, "key inside": KEY_INSIDE, "by file": BY_FILE}

LINE = f"deb {URL} {SECURITY} main"
TRUSTED = f"""
echo 'deb [trusted=yes] {URL} {SECURITY} main' > {PLACE}/maj.list
apt-get -qq update
apt-get -qq -y upgrade
"""
INSECURE = f"""
echo 'Acquire::AllowInsecureRepositories "1"; APT::Get::AllowUnauthenticated "1";' \\
    > /etc/apt/apt.conf.d/99salle
echo '{LINE}' > {PLACE}/maj.list
apt-get -qq update
apt-get -qq -y upgrade
"""
NO_KEY = f"""
{BY_FILE}
rm -rf /var/lib/apt/lists/* /etc/apt/keyrings/*
echo '{LINE}' > {PLACE}/a.list
apt-get -qq update || true
"""
COPY = f"""
{BY_FILE}
mkdir -p /srv/copie/dists
cd /srv/copie/dists
for file in InRelease main/binary-$(dpkg --print-architecture)/Packages; do
    mkdir -p "{SECURITY}/$(dirname "$file")"
    wget -qO "{SECURITY}/$file" "{URL}/dists/{SECURITY}/$file"
done
echo 'deb [signed-by=/etc/apt/keyrings/k.asc] file:/srv/copie {SECURITY} main' > {PLACE}/a.list
apt-get -qq update
"""
REMOVED = f"{KEY_INSIDE}\napt-get -qq -y purge liste-usb\n"
RESTART = f"{ONE_LINE}\ntouch /run/reboot-required\n"
NOT_UPDATED = f"""
{ONE_LINE}
wget -qP /tmp/debs {URL}/pool/salle/liste-usb_0.9.8-1_all.deb
dpkg -i /tmp/debs/*.deb
"""
WRONG = {
    "trusted": (TRUSTED, "ce que personne n'a signé"),
    "insecure": (INSECURE, "ce que personne n'a signé"),
    "no key": (NO_KEY, "APT n'a pas d'index vérifié"),
    "copy": (COPY, "APT ne prend rien à"),
    "one is missing": (NOT_UPDATED, "manquantes : 1, pour 0 au plus (liste-usb)"),
    "removed": (REMOVED, "désinstallés au lieu d'être mis à jour : liste-usb"),
    "restart": (RESTART, "attend un redémarrage"),
}
"""What must be refused, with the reason that is given."""
