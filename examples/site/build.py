"""Builds the HTML site: the documents, the references, and the tutorials, which are run.

    .venv/bin/python examples/site/build.py [OUTPUT]

OUTPUT is build/site/html if not given. Needed are the Python package and the extra "site" of
pyproject.toml; `tests/setup.sh --package --site` installs both into .venv.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from c_reference import write_c_reference
from sphinx.cmd.build import build_main

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "examples" / "site"

# Documents live beside what they describe; on the site they have one place.
PAGES = {
    "README.md": "project/start.md",
    "lines/README.md": "project/lines.md",
    "lib/ARCHITECTURE.md": "project/architecture.md",
    "lib/station/README.md": "project/stations.md",
    "lib/physics/README.md": "project/physics.md",
    "tests/README.md": "project/tests.md",
    "include/twin/README.md": "project/promise.md",
    "include/twin/CHANGES.md": "project/changes.md",
    "python/README.md": "python/index.md",
}


def gather(source: Path) -> None:
    """Puts every page where Sphinx looks for it, and the lines where the tutorials do."""
    shutil.copytree(HERE.parent / "tutorials", source / "tutorials")
    (source / "tutorials" / "lines").symlink_to(ROOT / "lines")
    for page, place in PAGES.items():
        (source / place).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / page, source / place)
    for own in ("conf.py", "index.md", "site.css"):
        shutil.copyfile(HERE / own, source / own)
    picture = Path("examples") / "milling-cell.png"
    (source / "project" / "examples").mkdir()
    shutil.copyfile(ROOT / picture, source / "project" / picture)
    shutil.copyfile(HERE / "python_reference.md", source / "python" / "reference.md")
    write_c_reference(ROOT / "include" / "twin", source / "c")


# A kernel asks what it starts for colours, and its own %%bash hands output over in pieces.
STARTUP = """
import os, subprocess, sys
from IPython import get_ipython

for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
    os.environ.pop(name, None)


def bash(_line, cell):
    done = subprocess.run(["bash", "-c", cell], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(done.stdout, end="")
    done.check_returncode()


get_ipython().register_magic_function(bash, "cell")
"""


def prepare_kernel(folder: Path) -> None:
    """Lets a cell of commands print what they print into a file, in one piece."""
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "bash.py").write_text(STARTUP, encoding="utf-8")
    os.environ["IPYTHONDIR"] = str(folder)


def main() -> int:
    """Builds the site from nothing, so that no page outlives its source."""
    output = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "site" / "html").resolve()
    shutil.rmtree(output, ignore_errors=True)
    # The command of the same environment, in the words of a reader who has activated it.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        source.mkdir()
        gather(source)
        prepare_kernel(Path(folder) / "ipython")
        options = ["-b", "html", "-q", "-T", "-W", "--keep-going", "-d", f"{folder}/doctrees"]
        status = build_main([*options, str(source), str(output)])
    if status == 0:
        print(f"{output / 'index.html'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
