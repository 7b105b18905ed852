#!/usr/bin/env bash
# Benchmarks: run.sh [--with-sundials-o2] [-n ROUNDS] [NAME...]
#
# Builds the programs here (-O3) and, when it is there, the folder of reference programs
# (TWIN_PEERS, default ../shared/peers), runs both in turns on one core and prints a table: medians of
# ratios of CPU time against the limits of PERFORMANCE. NAME picks rows by a piece of their name. They
# are no tests: nothing fails, and rows without their reference are skipped. With --with-sundials-o2 an
# optimised SUNDIALS is made once beside the installed one (sundials.sh).
#
# TWIN_BUILD   release build to use and to make (default build/release)
# TWIN_PYTHON  Python with the package, pandas and simpy (default .venv/bin/python; tests/setup.sh)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

with_sundials=
if [ "${1:-}" = --with-sundials-o2 ]; then
  with_sundials=yes
  shift
fi
peers=${TWIN_PEERS:-../shared/peers}
build=${TWIN_BUILD:-build/release}
made=$build/peers scratch=$build/scratch
[ -e "$build/build.ninja" ] || meson setup "$build" --buildtype=release >/dev/null
mkdir -p "$made" "$scratch"
ninja -C "$build" bench >"$build/bench.log" 2>&1 || { cat "$build/bench.log"; exit 1; }

# SOURCE: one reference program
build_peer() {
  local program
  program=$made/$(basename "$1" .c)
  [ "$program" -nt "$1" ] || "${CC:-cc}" -O3 -I "$peers" -o "$program" "$1" -lm
}
for source in "$peers"/*.c; do
  [ ! -e "$source" ] || build_peer "$source"
done
[ ! -e "$peers/hold.c" ] || build_peer tests/bench/hold_peer.c

sundials=()
if [ -n "$with_sundials" ]; then
  tests/bench/sundials.sh "$build/sundials-o2"
  sundials=(--sundials "$(cd "$build/sundials-o2" && pwd)")
fi

python=/usr/bin/python3
[ -x $python ] || python=python3
exec $python -B tests/bench/bench.py --programs "$build/tests" --peers "$made" --scripts "$peers" \
  --scratch "$scratch" --python "${TWIN_PYTHON:-.venv/bin/python}" ${sundials[@]+"${sundials[@]}"} "$@"
