#!/usr/bin/env bash
# Tries the package as users get it: wheel.sh
#
# From a clean clone of what is committed: a source distribution, a wheel of that, and
# `pip install .`; each tried in an environment of its own from an empty folder. Needs .venv
# (tests/setup.sh --tests) and a package index or pip's cache. Everything is below build/wheel.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

top=$PWD
python=$top/.venv/bin/python
place=$top/build/wheel
rm -rf "$place"
mkdir -p "$place/dist" "$place/empty"
unset PYTHONPATH
export PIP_DISABLE_PIP_VERSION_CHECK=1
if command -v ccache >/dev/null; then export CC=${CC:-ccache gcc}; fi

say() { printf '== %s\n' "$*"; }

say 'clean clone'
git clone -q "$top" "$place/clone"

say 'source distribution, wheel of it'
(cd "$place/clone" && PATH=$top/.venv/bin:$PATH \
  "$python" -c 'import mesonpy, sys; print(mesonpy.build_sdist(sys.argv[1]))' "$place/dist")
PATH=$top/.venv/bin:$PATH "$python" -m pip wheel -q --no-deps --no-build-isolation \
  -w "$place/dist" "$place"/dist/*.tar.gz
"$python" "$top/tests/python/wheel_contents.py" "$place/clone" "$place"/dist/*.tar.gz "$place"/dist/*.whl

say 'with cffi and NumPy alone'
"$python" -m venv "$place/bare"
"$place/bare/bin/pip" install -q cffi numpy
"$place/bare/bin/pip" install -q --no-deps --no-index "$place"/dist/*.whl
(cd "$place/empty" && "$place/bare/bin/python" -I "$top/tests/python/bare.py" "$top/lines/press-shop.json")

say 'pip install .'
"$python" -m venv "$place/user"
(cd "$place/clone" && "$place/user/bin/pip" install -q .)
(
  cd "$place/empty"
  "$place/user/bin/twin" --version
  "$place/user/bin/twin" run "$top/lines/press-shop.json" --until '3 d' --replications 2 --out results >run.txt
  ls results
  "$place/user/bin/python" -I "$top/tests/python/bare.py" "$top/lines/press-shop.json"
)
