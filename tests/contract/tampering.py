"""Ways to tamper with a sealed bench, and the scene they do it in: each returns what it changed."""

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.pipeline.place import bench_dir
from labctl.seal import manifest as manifests
from labctl.seal import signature
from tests import seals


@dataclass
class Scene:
    """A sealed bench, an untouched copy of it, and another bench sealed with the same key."""

    folder: Path
    kept: Path
    dice: random.Random

    @property
    def trees(self) -> Path:
        return self.folder / "trees"

    @property
    def seal(self) -> Path:
        return bench_dir(7) / "seal"

    def files(self) -> list[Path]:
        """Return the regular files that have content."""
        found = (p for p in self.trees.rglob("*") if not p.is_symlink() and p.is_file())
        return sorted(path for path in found if path.stat().st_size)

    def names(self) -> list[Path]:
        """Return every name but the two roots' own parent."""
        return sorted(self.trees.rglob("*"))

    def restore(self) -> None:
        seals.copy(self.kept / "trees", self.trees)
        for path in (self.kept / "seal").iterdir():
            (self.seal / path.name).unlink(missing_ok=True)
            shutil.copy2(path, self.seal / path.name)


def rewrite(path: Path, content: bytes) -> None:
    """Change content alone: size and time stay, as a careful hand would have it."""
    seen = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def flip(path: Path, dice: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    rewrite(path, bytes(content))


def flip_a_bit(scene: Scene) -> Path:
    path = scene.dice.choice(scene.files())
    flip(path, scene.dice)
    return path


def truncate(scene: Scene) -> Path:
    path = scene.dice.choice(scene.files())
    rewrite(path, path.read_bytes()[: scene.dice.randrange(path.stat().st_size)])
    return path


def append(scene: Scene) -> Path:
    path = scene.dice.choice(scene.files())
    rewrite(path, path.read_bytes() + b"\n")
    return path


def swap_contents(scene: Scene) -> Path:
    one, other = scene.dice.sample(scene.files(), 2)
    contents = one.read_bytes(), other.read_bytes()
    rewrite(one, contents[1])
    rewrite(other, contents[0])
    return one


def swap_names(scene: Scene) -> Path:
    one, other = scene.dice.sample(scene.files(), 2)
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    return one


def change_mode(scene: Scene) -> Path:
    path = scene.dice.choice([p for p in scene.names() if not p.is_symlink()])
    path.chmod(path.stat().st_mode ^ (1 << scene.dice.randrange(12)))
    return path


def change_owner(scene: Scene) -> Path:
    path = scene.dice.choice(scene.names())
    os.chown(path, scene.dice.randrange(1, 60000), -1, follow_symlinks=False)
    return path


def change_group(scene: Scene) -> Path:
    path = scene.dice.choice(scene.names())
    os.chown(path, -1, scene.dice.randrange(1, 60000), follow_symlinks=False)
    return path


def add_attribute(scene: Scene) -> Path:
    path = scene.dice.choice([p for p in scene.names() if p.is_dir() and not p.is_symlink()])
    os.setxattr(path, "trusted.overlay.opaque", b"y")
    return path


def change_attribute(scene: Scene) -> Path:
    path = next(p for p in scene.files() if p.name == "passwd")
    os.setxattr(path, "user.note", scene.dice.randbytes(9))
    return path


def remove_attribute(scene: Scene) -> Path:
    path = next(p for p in scene.files() if p.name == "passwd")
    os.removexattr(path, "user.note")
    return path


def touch(scene: Scene) -> Path:
    path = scene.dice.choice(scene.files())
    os.utime(path, ns=(0, path.stat().st_mtime_ns + scene.dice.choice((-1, 1))))
    return path


def add_a_file(scene: Scene) -> Path:
    folder = scene.dice.choice([p for p in scene.names() if p.is_dir() and not p.is_symlink()])
    path = folder / f".{scene.dice.randbytes(4).hex()}"
    path.write_bytes(b"")
    return path


def add_a_folder(scene: Scene) -> Path:
    path = scene.dice.choice(scene.files()).with_name("new")
    path.mkdir()
    return path


def add_a_device(scene: Scene) -> Path:
    path = scene.dice.choice(scene.files()).with_name("device")
    os.mknod(path, 0o020600, os.makedev(1, 3))
    return path


def change_a_device(scene: Scene) -> Path:
    path = next(p for p in scene.names() if p.name == "whiteout")
    path.unlink()
    os.mknod(path, 0o020000, os.makedev(0, scene.dice.randrange(1, 200)))
    return path


def remove_a_file(scene: Scene) -> Path:
    path = scene.dice.choice(scene.files())
    path.unlink()
    return path


def remove_a_folder(scene: Scene) -> Path:
    path = next(p for p in scene.names() if p.name == "folder")
    shutil.rmtree(path)
    return path


def retarget_a_link(scene: Scene) -> Path:
    path = next(p for p in scene.names() if p.name == "link")
    path.unlink()
    path.symlink_to(scene.dice.randbytes(5).hex())
    return path


def replace_by_a_link(scene: Scene) -> Path:
    path = scene.dice.choice(scene.files())
    twin = scene.folder / "twin"
    twin.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(twin)
    return path


def harden_links(scene: Scene) -> Path:
    """Make one file another name of its neighbour."""
    one, other = scene.dice.sample(scene.files(), 2)
    one.unlink()
    one.hardlink_to(other)
    return one


def punch_a_hole(scene: Scene) -> Path:
    """Replace content by a hole: the size and the time stay."""
    path = scene.dice.choice(scene.files())
    seen = path.stat()
    path.write_bytes(b"")
    os.truncate(path, seen.st_size)
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    return path


def compose_a_name(scene: Scene) -> Path:
    """Give a file the same name in other letters: e and an accent for é."""
    path = next(p for p in scene.names() if p.name == "é")
    path.rename(path.with_name("e\u0301"))
    return path


def replace_a_file_by_a_pipe(scene: Scene) -> Path:
    path = scene.dice.choice(scene.files())
    path.unlink()
    os.mkfifo(path)
    return path


def end_lines_as_windows_does(scene: Scene) -> Path:
    path = scene.seal / "manifest.json"
    rewrite(path, path.read_bytes().replace(b"\n", b"\r\n"))
    return scene.seal


def mark_the_manifest(scene: Scene) -> Path:
    path = scene.seal / "manifest.json"
    rewrite(path, b"\xef\xbb\xbf" + path.read_bytes())
    return scene.seal


def empty_the_manifest(scene: Scene) -> Path:
    rewrite(scene.seal / "manifest.json", b"")
    return scene.seal


def empty_the_signature(scene: Scene) -> Path:
    rewrite(scene.seal / "manifest.json.sig", b"")
    return scene.seal


def say_an_entry_twice(scene: Scene) -> Path:
    path = scene.seal / "manifest.json"
    rewrite(path, path.read_bytes().replace(b'{"bench":7,', b'{"bench":7,"bench":7,', 1))
    return scene.seal


def sign_twice(scene: Scene) -> Path:
    path = scene.seal / "manifest.json.sig"
    rewrite(path, path.read_bytes() * 2)
    return scene.seal


def replace_the_manifest_by_a_device(scene: Scene) -> Path:
    path = scene.seal / "manifest.json"
    path.unlink()
    path.symlink_to("/dev/zero")
    return scene.seal


def replace_the_signature_by_a_pipe(scene: Scene) -> Path:
    path = scene.seal / "manifest.json.sig"
    path.unlink()
    os.mkfifo(path)
    return scene.seal


def flip_the_manifest(scene: Scene) -> Path:
    flip(scene.seal / "manifest.json", scene.dice)
    return scene.seal


def truncate_the_manifest(scene: Scene) -> Path:
    path = scene.seal / "manifest.json"
    rewrite(path, path.read_bytes()[: scene.dice.randrange(path.stat().st_size)])
    return path


def flip_the_signature(scene: Scene) -> Path:
    flip(scene.seal / "manifest.json.sig", scene.dice)
    return scene.seal


def truncate_the_signature(scene: Scene) -> Path:
    path = scene.seal / "manifest.json.sig"
    rewrite(path, path.read_bytes()[: scene.dice.randrange(path.stat().st_size)])
    return path


def forge_the_manifest(scene: Scene) -> Path:
    """Tamper, then make the manifest say so too, under the signature that was there."""
    flip_a_bit(scene)
    write_manifest_of_now(scene)
    return scene.seal


def sign_with_another_key(scene: Scene) -> Path:
    """Tamper, then sign a manifest that says so with a key of one's own."""
    flip_a_bit(scene)
    text = write_manifest_of_now(scene)
    key = signature.ensure_key(scene.folder / "forger")
    signed = signature.sign(key, text, Deadline.after(60))
    (scene.seal / "manifest.json.sig").write_text(signed)
    return scene.seal


def sign_for_another_purpose(scene: Scene) -> Path:
    """Use a signature of the right key that was made for something else."""
    flip_a_bit(scene)
    text = write_manifest_of_now(scene)
    key = Path(os.environ["LABCTL_STATE_DIR"], "seal/key")
    argv = ("ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", "file")
    signed = command.run(argv, Deadline.after(60), stdin=text).stdout
    (scene.seal / "manifest.json.sig").write_text(signed)
    return scene.seal


def take_the_seal_of_another_bench(scene: Scene) -> Path:
    for name in ("manifest.json", "manifest.json.sig"):
        shutil.copy(bench_dir(8) / "seal" / name, scene.seal / name)
    return scene.seal


def write_manifest_of_now(scene: Scene) -> str:
    text = manifests.render(seals.work_on(scene.trees).read())
    (scene.seal / "manifest.json").write_text(text)
    return text


KINDS: tuple[Callable[[Scene], Path], ...] = (
    flip_a_bit, truncate, append, swap_contents, swap_names, change_mode, change_owner,
    change_group, add_attribute, change_attribute, remove_attribute, touch, add_a_file,
    add_a_folder, add_a_device, change_a_device, remove_a_file, remove_a_folder, retarget_a_link,
    replace_by_a_link, flip_the_manifest, truncate_the_manifest, flip_the_signature,
    truncate_the_signature, forge_the_manifest, sign_with_another_key, sign_for_another_purpose,
    take_the_seal_of_another_bench,
)  # fmt: skip
ODD: tuple[Callable[[Scene], Path], ...] = (
    harden_links, punch_a_hole, compose_a_name, replace_a_file_by_a_pipe,
    end_lines_as_windows_does, mark_the_manifest, empty_the_manifest, empty_the_signature,
    say_an_entry_twice, sign_twice, replace_the_manifest_by_a_device,
    replace_the_signature_by_a_pipe,
)  # fmt: skip
"""Kinds tried once each: another place would show nothing more."""
