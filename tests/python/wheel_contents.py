"""What a source distribution and a wheel hold: wheel_contents.py CLONE SDIST WHEEL.

The wheel has every module of the clone and nothing else, its licence, its types, its command, no
path of the machine that built it, and needs the shared libraries that python/README.md names.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path


def version_of(clone: Path) -> str:
    """The version that the project says it has."""
    (version,) = re.findall(r"^ *version: '(.*)',", (clone / "meson.build").read_text(), re.M)
    return str(version)


def tracked(clone: Path) -> list[str]:
    """The files of the clone."""
    said = subprocess.run(["git", "ls-files"], cwd=clone, check=True, capture_output=True)
    return said.stdout.decode().splitlines()


def check_sdist(path: Path, clone: Path) -> None:
    """A source distribution has every file of the clone."""
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    missing = set(tracked(clone)) - names
    assert not missing, missing
    assert "PKG-INFO" in names


def needed(data: bytes) -> list[str]:
    """The shared libraries that an extension asks for; it looks for them in the system alone."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        said = subprocess.run(
            ["readelf", "-d", file.name], check=True, capture_output=True, text=True
        ).stdout
    for folders in re.findall(r"\(R(?:UN)?PATH\).*\[(.*)\]", said):
        assert folders.startswith("/usr/lib"), f"libraries are looked for in {folders}"
    return sorted(re.findall(r"\(NEEDED\).*\[(.*)\]", said))


def check_wheel(path: Path, clone: Path) -> None:
    """A wheel has what users need, and nothing of the machine that made it."""
    version = version_of(clone)
    info = f"libtwin-{version}.dist-info"
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sources = {
        name.removeprefix("python/")
        for name in tracked(clone)
        if re.fullmatch(r"python/libtwin\w*/.*(\.pyi?|py\.typed)", name)
    }
    (extension,) = (name for name in files if name.endswith(".so"))
    others = {name for name in files if not name.startswith(f"{info}/")} - {extension}
    assert others == sources, others ^ sources
    assert {"libtwin/py.typed", "libtwin_cli/py.typed"} <= others
    assert files[f"{info}/licenses/LICENSE"] == (clone / "LICENSE").read_bytes()
    assert b"twin=libtwin_cli.__main__:main" in files[f"{info}/entry_points.txt"].replace(b" ", b"")
    metadata = Parser().parsestr(files[f"{info}/METADATA"].decode())
    assert (metadata["Name"], metadata["Version"]) == ("libtwin", version)
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "# libtwin for Python" in metadata.get_payload()
    places = [str(clone.parent.parent.parent).encode(), str(Path.home()).encode() + b"/"]
    for name, data in files.items():
        for place in places:
            # at the beginning of a path: "/model/root/name" is none of the home folder "/root/"
            is_named = re.search(rb"(?<!\w)" + re.escape(place), data)
            assert not is_named, f"{name} names {place.decode()}"
    libraries = needed(files[extension])
    readme = (clone / "python" / "README.md").read_text(encoding="utf-8")
    unnamed = [name for name in libraries if f"`{name.partition('.so')[0]}`" not in readme]
    print(f"{path.name}: {len(files)} files, {path.stat().st_size // 1024} KiB")
    print("needs", ", ".join(libraries))
    assert not unnamed, f"python/README.md does not name {unnamed}"


def main() -> None:
    """Checks both files named on the command line."""
    clone, sdist, wheel = map(Path, sys.argv[1:])
    check_sdist(sdist, clone)
    check_wheel(wheel, clone)


if __name__ == "__main__":
    main()
