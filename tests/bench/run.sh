#!/usr/bin/env bash
# Benchmarks: run.sh [-n RUNS] [NAME...]
#
# Builds the programs here (-O3) and, when it is there, the folder of reference programs
# (TWIN_PEERS, default ../shared/peers), runs both in turns on one core and prints ratios of medians
# of CPU time. NAME picks comparisons by a piece of their name. They are no tests: nothing fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

mkdir -p build/logs build/peers
peers=${TWIN_PEERS:-../shared/peers}
build=build/release
[ -e $build/build.ninja ] || meson setup $build >/dev/null
ninja -C $build bench >build/logs/bench.log 2>&1 || { cat build/logs/bench.log; exit 1; }

for source in "$peers"/*.c; do
  [ -e "$source" ] || continue
  program=build/peers/$(basename "$source" .c)
  [ "$program" -nt "$source" ] || "${CC:-cc}" -O3 -o "$program" "$source" -lm
done

python=/usr/bin/python3
[ -x $python ] || python=python3
exec $python -B tests/bench/bench.py --programs $build/tests --peers build/peers --scripts "$peers" "$@"
