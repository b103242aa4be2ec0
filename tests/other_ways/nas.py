"""Other ways to share folders: who may do what is told elsewhere each time."""

from collections.abc import Iterable, Mapping
from shlex import join

from checks.backup.demand import Backup
from checks.backup.witness import write_witness
from checks.directory.demand import Directory
from checks.shares.demand import Share, Shares
from labctl.core.secrets import Secret, fill_in
from labctl.plan.model import Plan

PLACE = "/srv/nas"


def in_registry(plan: Plan) -> str:
    """Return shares of the registry: lists of users decide, the folders let everybody in."""
    return "\n".join(_of_registry(plan, share) for share in plan.demand(Shares).shares)


def _of_registry(plan: Plan, share: Share) -> str:
    folder = f"{PLACE}/{share.name.strip('$').lower()}"
    readers, writers = _names(plan, share.read_only), _names(plan, share.read_write)
    is_hidden = "no" if share.is_hidden else "yes"
    return f"""
install -d -m 0777 {folder}
net conf addshare '{share.name}' {folder} writeable=n guest_ok=n 'Donnees'
net conf setparm '{share.name}' 'valid users' '{", ".join(filter(None, (readers, writers)))}'
net conf setparm '{share.name}' 'write list' '{writers}'
net conf setparm '{share.name}' 'browseable' '{is_hidden}'
"""


def _names(plan: Plan, names: Iterable[str]) -> str:
    """Return accounts and groups as smb.conf lists them: a group after an @."""
    netbios, services = plan.demand(Directory).netbios, plan.demand(Directory).services
    marks = {name: "" if name in services else "@" for name in names}
    return ", ".join(f'{mark}"{netbios}\\{name}"' for name, mark in sorted(marks.items()))


def in_included_file(plan: Plan) -> str:
    """Return shares of an included file: lists of POSIX rights decide (setfacl)."""
    sections = "\n".join(
        f"""[{share.name}]
   path = {_folder(share) if share.name.endswith("$") else f"{PLACE}/%S"}
   read only = no
   inherit acls = yes
   browsable = {"no" if share.name.endswith("$") else "yes"}
   vfs objects =
"""
        for share in plan.demand(Shares).shares
    )
    folders = "\n".join(_posix(plan, share) for share in plan.demand(Shares).shares)
    return f"""
cat > /etc/samba/partages.conf <<'END'
{sections}
END
echo 'include = /etc/samba/partages.conf' >> /etc/samba/smb.conf
{folders}
smbcontrol all reload-config
"""


def _folder(share: Share) -> str:
    return f"{PLACE}/{share.name.strip('$')}"


def _posix(plan: Plan, share: Share) -> str:
    netbios, services = plan.demand(Directory).netbios, plan.demand(Directory).services
    rights = [(name, "rwx") for name in sorted(share.read_write)]
    rights += [(name, "rx") for name in sorted(share.read_only)]
    entries = ",".join(
        f"{'u' if name in services else 'g'}:{netbios}\\{name}:{right}" for name, right in rights
    )
    folder = _folder(share)
    return f"""
install -d -m 0770 {folder}
setfacl -m '{entries}' {folder}
setfacl -d -m '{entries}' {folder}
"""


def by_users(plan: Plan) -> str:
    """Return usershares whose own lists decide, over folders that let everybody in."""
    lines = "\n".join(_usershare(plan, share) for share in plan.demand(Shares).shares)
    return f"""
options='usershare max shares = 50\\n    usershare owner only = no'
sed -i "s/^\\[global\\]/[global]\\n    $options/" /etc/samba/smb.conf
install -d -m 1770 -g users /var/lib/samba/usershares
smbcontrol all reload-config
{lines}
"""


def _usershare(plan: Plan, share: Share) -> str:
    netbios = plan.demand(Directory).netbios
    grants = [f"{netbios}\\{name}:F" for name in sorted(share.read_write)]
    grants += [f"{netbios}\\{name}:R" for name in sorted(share.read_only)]
    folder = f"{PLACE}/{share.name.strip('$').lower()}"
    return f"""
install -d -m 0777 {folder}
net usershare add '{share.name}' {folder} '' '{",".join(grants)}' guest_ok=n
"""


def by_file_history(plan: Plan, _secrets: Mapping[str, Secret]) -> str:
    """Return two versions of the witness under the names that Windows' File History gives them."""
    stem, _dot, ending = plan.demand(Backup).witness.rpartition(".")
    return f"""
{_find_folder(plan)}
for moment in 2026_02_01 2026_02_02; do
    printf {_witness(plan)} > "$folder/{stem} ($moment 08_00_00 UTC).{ending}"
done
"""


def with_restic(plan: Plan, secrets: Mapping[str, Secret]) -> str:
    """Return two snapshots of restic, through its own server, which lets nobody delete one."""
    depot = "rest:http://127.0.0.1:8000/depot/"
    return f"""
{_find_folder(plan)}
export RESTIC_PASSWORD={_password(plan, secrets)} RESTIC_REPOSITORY={depot}
restic-rest-server --path "$folder" --no-auth --append-only --listen 127.0.0.1:8000 &
until restic --quiet init; do sleep 0.2; done
install -d /root/Donnees
printf {_witness(plan)} > /root/Donnees/{plan.demand(Backup).witness}
for each in 1 2; do restic --quiet backup /root/Donnees; done
! restic forget latest
kill %1
"""


def with_borg(plan: Plan, secrets: Mapping[str, Secret]) -> str:
    """Return two archives of Borg."""
    return f"""
{_find_folder(plan)}
export BORG_PASSPHRASE={_password(plan, secrets)} BORG_REPO="$folder/depot"
borg init --encryption repokey
install -d /root/Donnees
printf {_witness(plan)} > /root/Donnees/{plan.demand(Backup).witness}
for day in lundi mardi; do borg create "::$day" /root/Donnees; done
"""


def _find_folder(plan: Plan) -> str:
    """Return a line that finds the folder of the share of backups."""
    name = plan.demand(Backup).share.strip("$")
    return f"folder=$(find {PLACE} -maxdepth 1 -iname '{name}')"


def _witness(plan: Plan) -> str:
    """Return what printf(1) makes the witness of."""
    return join((write_witness(plan).replace("\r\n", "\\r\\n"),))


def _password(plan: Plan, secrets: Mapping[str, Secret]) -> str:
    """Return the password of the account that saves, for a shell."""
    account = plan.demand(Backup).account
    (one,) = (one for one in plan.demand(Directory).service_accounts if one.name == account)
    return join((fill_in(one.password or "", secrets),))
