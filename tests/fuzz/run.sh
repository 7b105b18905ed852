#!/usr/bin/env bash
# Fuzzes what reads foreign bytes: run.sh [SECONDS] [TARGET...]
#
# SECONDS for each target (default 60). TARGET is NAME of a file NAME_fuzz.c here (default: all); its
# seeds are in corpus/NAME and in lines/ (for line and json also in tests/lines), its words in NAME.dict. What is found grows in
# build/fuzz/corpus/NAME, and an input that crashes is kept as build/fuzz/found/NAME-*. Once it is
# mended, that input goes into corpus/NAME.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for file in tests/fuzz/*_fuzz.c; do
    [ ! -e "$file" ] || names+=("$(basename "$file" _fuzz.c)")
  done
fi
[ ${#names[@]} -gt 0 ] || { echo "no fuzz target in tests/fuzz"; exit 0; }

build=build/fuzz
if [ ! -e $build/build.ninja ]; then
  CC=clang meson setup $build -Dfuzz=enabled -Dpython=disabled -Dexamples=disabled -Dtests=disabled \
    --buildtype=debugoptimized -Db_ndebug=false -Db_sanitize=address,undefined -Db_lundef=false
fi
targets=("${names[@]/#/tests/}")
ninja -C $build "${targets[@]/%/_fuzz}"

mkdir -p $build/found
for name in "${names[@]}"; do
  mkdir -p "$build/corpus/$name"
  seeds=()
  folders=("tests/fuzz/corpus/$name" lines)
  [[ $name != line && $name != json ]] || folders+=(tests/lines)
  for folder in "${folders[@]}"; do
    [ ! -d "$folder" ] || seeds+=("$folder")
  done
  options=()
  [ ! -e "tests/fuzz/$name.dict" ] || options+=("-dict=tests/fuzz/$name.dict")
  echo "== $name, $seconds s"
  LSAN_OPTIONS="suppressions=$PWD/tests/support/lsan.txt:print_suppressions=0" \
    "$build/tests/${name}_fuzz" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
    -max_len=65536 -print_final_stats=1 "${options[@]}" -artifact_prefix="$build/found/$name-" \
    "$build/corpus/$name" "${seeds[@]}"
done
