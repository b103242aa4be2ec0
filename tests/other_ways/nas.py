"""Other ways to share folders: who may do what is told elsewhere each time."""

from collections.abc import Iterable
from shlex import join

from checks.backup.demand import Backup
from checks.backup.witness import write_witness
from checks.directory.demand import Directory
from checks.shares.demand import Share, Shares
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


def saved_by_file_history(plan: Plan) -> str:
    """Return two versions of the witness under the names that Windows' File History gives them."""
    asked = plan.demand(Backup)
    stem, _dot, ending = asked.witness.rpartition(".")
    text = join((write_witness(plan).replace("\r\n", "\\r\\n"),))
    return f"""
folder=$(find {PLACE} -maxdepth 1 -iname '{asked.share.strip("$")}')
for moment in 2026_02_01 2026_02_02; do
    printf {text} > "$folder/{stem} ($moment 08_00_00 UTC).{ending}"
done
"""
