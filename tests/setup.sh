#!/usr/bin/env bash
# The one set-up step, for Debian 12: setup.sh [--tests] [--package] [--site]
#
#   (nothing)  Debian packages that the build needs, and the Python environment .venv
#   --tests    also what the tests need
#   --package  also the Python package and its command `twin`, built and installed into .venv
#   --site     also what examples/site/build.py needs beside the Python package
#
# What is there already is left alone, so a second call takes a moment. Needs root or sudo only when a
# Debian package is missing. Users of the C library alone need none of this (README.md).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

wants_tests=0 wants_package=0 extras=pandas
for argument; do
  case $argument in
    --tests) wants_tests=1 extras+=' test' ;;
    --package) wants_package=1 ;;
    --site) extras+=' site' ;;
    *) echo "usage: $0 [--tests] [--package] [--site]" >&2; exit 2 ;;
  esac
done

# package: what for
build_packages='
gcc: the C compiler and its OpenMP
libc6-dev: the C library
meson: the build system
ninja-build: runs the build
pkgconf: finds libraries
libcjson-dev: reads line files
libhdf5-dev: run files
libsundials-dev: solves continuous machine models
python3: the Python package
python3-dev: the Python package is an extension
python3-venv: its environment .venv
'
test_packages='
libcriterion-dev: C test programs
g++: public headers must compile as C++
gcc-mingw-w64-x86-64: compiles the library for Windows
clang: second compiler, ThreadSanitizer, fuzzing
libclang-rt-14-dev: the sanitizers of clang
libomp-dev: OpenMP that ThreadSanitizer understands
llvm: readable reports of sanitizers
valgrind: counts instructions where seconds do not repeat
locales: a comma locale
'

say() { printf 'set-up: %s\n' "$*"; }
mkdir -p build/logs

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; return; fi
  if ! command -v sudo >/dev/null; then
    say "this needs root, and sudo is not there. As root: $*" >&2
    exit 1
  fi
  sudo "$@"
}

run_logged() {  # LOG COMMAND...: quiet unless it fails
  local log=build/logs/$1
  shift
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    say "failed: $* (all of it in $log)" >&2
    exit 1
  fi
}

# ---- Debian packages ----
wanted=$build_packages
[ $wants_tests = 0 ] || wanted+=$test_packages
names=$(printf '%s' "$wanted" | sed -n 's/:.*//p')
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  say "not a Debian system; these are expected to be there under their own names:" $names
else
  # shellcheck disable=SC2086
  there=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $names 2>/dev/null | sed -n 's/^installed //p' || true)
  lacking=$(comm -23 <(sort -u <<<"$names") <(sort -u <<<"$there"))
  if [ -n "$lacking" ]; then
    say "installing Debian packages"
    for name in $lacking; do
      printf '        %-20s %s\n' "$name" "$(sed -n "s/^$name: //p" <<<"$wanted")"
    done
    run_logged apt-update.log as_root apt-get update
    # shellcheck disable=SC2086
    run_logged apt-install.log as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends $lacking
  fi
fi

if [ $wants_tests = 1 ] && ! locale -a 2>/dev/null | grep -qix 'de_DE\.utf-\?8'; then
  say "generating the locale de_DE.UTF-8 (numbers with a comma)"
  run_logged locale.log as_root localedef -i de_DE -f UTF-8 de_DE.UTF-8
fi

# ---- Python environment: always Debian's Python, whatever comes first on PATH ----
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3)

# The packages stand in pyproject.toml and nowhere else.
# shellcheck disable=SC2086
requirements=$("$python" - $extras <<'PYTHON'
import sys
import tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
wanted = project["build-system"]["requires"] + project["project"]["dependencies"]
for extra in sys.argv[1:]:
    wanted += project["project"]["optional-dependencies"][extra]
print("\n".join(sorted(set(wanted))))
PYTHON
)
stamp=.venv/.requirements
if ! .venv/bin/python -c '' 2>/dev/null; then
  say "making the Python environment .venv"
  rm -rf .venv
  run_logged venv.log "$python" -m venv .venv
fi
# The stamp lists what any call has installed.
if [ ! -e $stamp ] || [ -n "$(comm -23 <(sort <<<"$requirements") <(sort $stamp))" ]; then
  say "installing Python packages into .venv:" \
    "$(sed 's/[^A-Za-z0-9_.-].*//' <<<"$requirements" | paste -sd ' ')"
  printf '%s\n' "$requirements" >build/logs/requirements.txt
  run_logged pip.log .venv/bin/python -m pip install --disable-pip-version-check \
    -r build/logs/requirements.txt
  sort -u - <(cat $stamp 2>/dev/null) <<<"$requirements" >$stamp.new
  mv $stamp.new $stamp
fi

# ---- the Python package itself, again when a source is newer ----
if [ $wants_package = 1 ]; then
  stamp=.venv/.package
  package_sources() {
    find lib include python meson.build meson_options.txt pyproject.toml \
      -name __pycache__ -prune -o -type f ! -name '*.md' "$@" -print
  }
  sources=$(package_sources | sort)
  if [ ! -e $stamp ] || [ "$sources" != "$(cat $stamp)" ] || [ -n "$(package_sources -newer $stamp)" ]; then
    say "building the Python package and installing it into .venv"
    started=$(mktemp build/logs/started.XXXXXX)
    PATH=$PWD/.venv/bin:$PATH run_logged package.log .venv/bin/python -m pip install \
      --disable-pip-version-check --no-build-isolation --no-deps --force-reinstall \
      --config-settings=build-dir=build/python .
    printf '%s\n' "$sources" >$stamp
    touch -r "$started" $stamp  # a source saved meanwhile is newer
    rm -f "$started"
  fi
fi
