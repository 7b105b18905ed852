#!/usr/bin/env bash
# Builds the SUNDIALS that Debian ships once more, optimised: sundials.sh FOLDER
#
# Debian 12 compiles it without optimisation, which makes it 3 to 4 times slower, so a comparison with it
# needs both. Made are the shared libraries that tests/bench/erk_bench.c uses, of the same version, and CVODE,
# which the library links and whose copy of the vectors would come first otherwise; they
# are used by LD_LIBRARY_PATH=FOLDER. Sources come from where the machine has its packages from; apt's own
# lists and settings are left as they are. Needs apt, dpkg-source and cmake.
set -euo pipefail

folder=${1:?usage: sundials.sh FOLDER}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
[ ! -e "$folder/libsundials_arkode.so" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# the archive, suite and component that the installed package came from
read -r version archive suite < <(
  apt-cache madison libsundials-dev | awk -F ' *\\| *' 'NR == 1 {split($3, at, " "); print $2, at[1], at[2]}')
[ -n "${suite:-}" ] || { echo "apt knows no libsundials-dev" >&2; exit 1; }
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ ! -e $keys ] || signed="[signed-by=$keys] "
echo "deb-src ${signed:-}$archive ${suite%%/*} ${suite#*/}" >"$work/sources.list"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/source"
apt=(apt-get -q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
"${apt[@]}" update >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
(cd "$work/source" && "${apt[@]}" source "sundials=$version") >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }

source=$(find "$work/source" -mindepth 1 -maxdepth 1 -type d)
off=(-DBUILD_CVODES=OFF -DBUILD_IDA=OFF -DBUILD_IDAS=OFF -DBUILD_KINSOL=OFF
  -DBUILD_STATIC_LIBS=OFF -DEXAMPLES_ENABLE_C=OFF -DEXAMPLES_INSTALL=OFF -DBUILD_FORTRAN_MODULE_INTERFACE=OFF)
cmake -S "$source" -B "$work/build" -DCMAKE_BUILD_TYPE=Release "-DCMAKE_C_FLAGS_RELEASE=-O2 -DNDEBUG" \
  -DBUILD_ARKODE=ON -DBUILD_CVODE=ON "${off[@]}" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
cmake --build "$work/build" -j "$(nproc)" >"$work/log" 2>&1 || { tail -50 "$work/log" >&2; exit 1; }
find "$work/build" -name 'libsundials_*.so*' -exec cp -a {} "$folder" \;
echo "SUNDIALS $version, optimised, is in $folder"
