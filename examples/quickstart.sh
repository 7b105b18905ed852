#!/usr/bin/env bash
# From a fresh Debian 12 to the first simulated line: set-up, build, Python package, one run.
# Needs root or sudo and a network the first time; a second call goes straight to the run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD

line=lines/milling-cell.json
logs=build/logs
mkdir -p $logs
n_step=4 step=0

# LABEL COMMAND...: one numbered step; its noise goes to build/logs
step() {
  local label=$1 log start=$SECONDS
  shift
  step=$((step + 1))
  log=$logs/quickstart-$step.log
  printf '[%d/%d] %-58s' $step $n_step "$label"
  [ ! -t 1 ] || printf '...'
  if "$@" >"$log" 2>&1 </dev/null; then
    [ ! -t 1 ] || printf '\b\b\b'
    printf '%4d s\n' $((SECONDS - start))
    return
  fi
  printf ' failed\n\n'
  tail -n 30 "$log" | sed 's/^/    /'
  printf '\nThe step "%s" failed; all of it is in %s/%s\n' "$label" "$here" "$log"
  exit 1
}

build_library() {
  [ -e build/release/build.ninja ] || meson setup build/release
  ninja -C build/release
}

echo 'libtwin: the digital twin of a production line'
echo
if [ "$(id -u)" != 0 ] && command -v sudo >/dev/null && ! sudo -n true 2>/dev/null; then
  echo 'sudo may ask for your password, to install Debian packages that are missing.'
  sudo -v || true
fi
step 'set-up: Debian packages, Python environment .venv' tests/setup.sh
step 'the C library and its examples, in build/release' build_library
step 'the Python package and the command twin, in .venv' tests/setup.sh --package

step=$((step + 1))
printf '[%d/%d] twin run %s\n\n' $step $n_step "$line"
.venv/bin/twin run $line

cat <<TEXT

Where things are
  results/milling-cell.h5    the run file: states, parts, curves, KPIs (HDF5)
  results/milling-cell.png   what every machine did over time, tool wear and oven temperature below
  $line    the line: change a number and run it again
  .venv/bin                  the command twin, and Python with the package libtwin
  build/release              the C library (lib/) and the example programs (examples/)
  build/logs                 what set-up and build said

What to try next
  cd $here && . .venv/bin/activate
  twin check $line
  twin run $line --replications 20 --until 10d
  twin compare lines/bottling.json
  twin --help
  build/release/examples/01_load_and_run
  less README.md lines/README.md
TEXT
