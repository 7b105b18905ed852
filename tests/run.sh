#!/usr/bin/env bash
# Every functional test: run.sh [--full] [--only PATTERN]
#
#   --full          also sanitizers, -O0, a comma locale, the installed tree, the wheel, fuzzing, lint, types
#   --only PATTERN  only tests and stages whose name contains PATTERN ("unit/core", "fuzz", "style")
#
# The last line is "N passed, N failed". A test counts as often as it runs: --full runs many of them
# again in other builds. Logs are in build/logs.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

is_full=0 only=
while [ $# -gt 0 ]; do
  case $1 in
    --full) is_full=1 ;;
    --only) only=${2:?--only needs a pattern}; shift ;;
    *) echo "usage: $0 [--full] [--only PATTERN]" >&2; exit 2 ;;
  esac
  shift
done

python=/usr/bin/python3
[ -x $python ] || python=python3
logs=$PWD/build/logs
mkdir -p "$logs"
n_passed=0 n_failed=0
n_job=$(nproc 2>/dev/null || echo 2)
unset LC_ALL; export LANG=C.UTF-8  # the locale is part of a test's conditions

# ---- how a stage speaks and counts ----
began() { stage_label=$1 stage_start=$SECONDS; }
ended() { printf '%-34s %s  (%d s)\n' "$stage_label" "$1" $((SECONDS - stage_start)); }
is_wanted() { [ -z "$only" ] || [[ ${1,,} == *"${only,,}"* ]]; }

# LABEL COMMAND...: quiet unless it fails; fails as COMMAND does. Not counted.
work() {
  began "$1"
  local log="$logs/${1// /-}.log"
  shift
  if "$@" >"$log" 2>&1 </dev/null; then ended ok; return 0; fi
  ended FAILED
  tail -n 150 "$log" | sed 's/^/  | /'
  return 1
}

# The same, counted as one test.
check() {
  is_wanted "$1" || return 0
  if work "$@"; then n_passed=$((n_passed + 1)); else n_failed=$((n_failed + 1)); fi
}

# LABEL REPORT LOG: adds what a test report says; a report that is not there is one failure.
count() {
  local result passed failed skipped
  if ! result=$($python -B tests/support/count.py "$2" 2>/dev/null); then
    ended FAILED
    tail -n 150 "$3" | sed 's/^/  | /'
    n_failed=$((n_failed + 1))
    return
  fi
  read -r passed failed skipped <<<"$result"
  n_passed=$((n_passed + passed)) n_failed=$((n_failed + failed))
  if [ "$skipped" = 0 ]; then ended "$passed passed, $failed failed"
  else ended "$passed passed, $failed failed, $skipped skipped"; fi
  sed '1d; s/^/  | /' <<<"$result"
}

# BUILD OPTION...: sets a build up once, and configures it again when its options changed.
configure() {
  local build=build/$1 options
  shift
  options="CC=${CC:-} $*"
  if [ ! -e "$build/build.ninja" ] || [ "$options" != "$(cat "$build/.options" 2>/dev/null)" ]; then
    rm -rf "$build"
    meson setup "$build" "$@" && printf '%s' "$options" >"$build/.options"
  fi
}

# LABEL BUILD MESON-TEST-ARGUMENT...: builds and runs C tests. Reports of sanitizers in
# build/BUILD/reports are failures too: Criterion does not see what a worker says after its test.
c_tests() {
  local label=$1 build=$2 log base
  shift 2
  local names=()
  if ! is_wanted "$label"; then
    mapfile -t names < <(meson test -C "build/$build" --no-rebuild --list "$@" 2>/dev/null |
      sed -n 's/^.* \/ //p; t; /\//p' | grep -F -- "$only")
    [ ${#names[@]} -gt 0 ] || return 0
  fi
  began "$label"
  base=${label// /-}
  log=$logs/$base.log
  rm -rf "build/$build/reports" "build/$build/meson-logs/$base.json"
  mkdir -p "build/$build/reports"
  local reports=$PWD/build/$build/reports/report
  local n_failed_before=$n_failed
  ASAN_OPTIONS="detect_stack_use_after_return=1:log_path=$reports" \
  UBSAN_OPTIONS="print_stacktrace=1:log_path=$reports" \
  TSAN_OPTIONS="ignore_noninstrumented_modules=1" \
    meson test -C "build/$build" --logbase "$base" --print-errorlogs "$@" "${names[@]}" \
    >"$log" 2>&1 </dev/null
  count "$label" "build/$build/meson-logs/$base.json" "$log"
  local report n_report=0
  for report in "build/$build/reports"/*; do
    [ -s "$report" ] || continue
    n_report=$((n_report + 1))
    [ $n_report -gt 5 ] || head -n 60 "$report" | sed 's/^/  | /'
  done
  if [ $n_report -gt 0 ]; then
    echo "  reports of sanitizers: $n_report in build/$build/reports"
    # those of failed tests are counted already
    local n_late=$((n_report - (n_failed - n_failed_before)))
    [ $n_late -le 0 ] || n_failed=$((n_failed + n_late))
  fi
}

finish() {
  if [ -n "$only" ] && [ $((n_passed + n_failed)) = 0 ]; then
    echo "no test and no stage has \"$only\" in its name"
    n_failed=1
  fi
  echo
  echo "$n_passed passed, $n_failed failed"
  [ $n_failed -eq 0 ]
  exit
}

# ---- set-up, release build ----
tests/setup.sh --tests || { n_failed=1; finish; }

werror=-Dwerror=true
if ! work 'configure release' configure release $werror ||
  ! work 'build release' meson compile -C build/release -j "$n_job"; then
  n_failed=$((n_failed + 1))
  finish
fi

# ---- every functional test ----
c_tests 'C tests' release
python_filter=()
if ! is_wanted 'Python tests'; then python_filter=(-k "$only"); fi
if [ ${#python_filter[@]} = 0 ] || grep -rqiE "def test_\w*$only" tests/python 2>/dev/null; then
  if work 'Python package' tests/setup.sh --tests --package; then
    began 'Python tests'
    rm -f "$logs/pytest.xml"
    .venv/bin/python -m pytest -q -p no:cacheprovider --junitxml "$logs/pytest.xml" \
      "${python_filter[@]}" tests/python >"$logs/pytest.log" 2>&1 </dev/null
    count 'Python tests' "$logs/pytest.xml" "$logs/pytest.log"
  else
    n_failed=$((n_failed + 1))
  fi
fi
[ $is_full = 1 ] || finish

# ---- the same tests in other builds ----
# A check that needs no build of its own comes first: it fails sooner.
check 'ruff' .venv/bin/ruff check --no-cache .
check 'ruff format' .venv/bin/ruff format --no-cache --check .
check 'mypy' .venv/bin/mypy --cache-dir build/mypy
check 'lines against the schema' .venv/bin/python -B tests/lines/schema.py lines/line.schema.json
if is_wanted site && work 'site packages' tests/setup.sh --tests --package --site; then
  check 'site and tutorials' .venv/bin/python examples/site/build.py
fi
check 'install' tests/interface/installed.sh build/release
check 'wheel' tests/python/wheel.sh
LC_ALL=de_DE.UTF-8 c_tests 'C tests, comma locale' release --no-suite style
TWIN_STUDIES=1000 c_tests 'coverage of 1,000 studies' release --timeout-multiplier 10 analytic/coverage

if work 'configure o0' configure o0 $werror --buildtype=debug -Dexamples=disabled; then
  c_tests 'golden tests, -O0' o0 --suite golden
else n_failed=$((n_failed + 1)); fi

if work 'configure asan' configure asan $werror --buildtype=debugoptimized -Db_ndebug=false \
  -Db_sanitize=address,undefined -Db_lundef=false; then
  c_tests 'C tests, ASan and UBSan' asan --timeout-multiplier 5
else n_failed=$((n_failed + 1)); fi

# Each library that can be left out left out alone, and the second compiler: it builds without a warning
# and a few tests pass.
for without in hdf5 sundials openmp; do
  if work "configure without $without" configure "no-$without" $werror -Dexamples=disabled \
    -D$without=disabled; then
    c_tests "tests without $without" "no-$without" unit/study/study interface/threads interface/host
  else n_failed=$((n_failed + 1)); fi
done
export CC=clang
if work 'configure clang' configure clang $werror -Dexamples=disabled; then
  c_tests 'tests, clang' clang unit/core/math unit/study/study interface/threads interface/host
else n_failed=$((n_failed + 1)); fi
unset CC
check 'Windows, mingw-w64' tests/interface/mingw.sh build/mingw

# libgomp warns on correct programs, so clang with its own OpenMP.
export CC=clang
if work 'configure tsan' configure tsan $werror --buildtype=debugoptimized -Db_ndebug=false \
  -Db_sanitize=thread -Db_lundef=false -Dexamples=disabled; then
  c_tests 'thread tests, TSan' tsan --suite threads --timeout-multiplier 10
else n_failed=$((n_failed + 1)); fi
unset CC

# Reads of memory that nobody has written, which no sanitizer of gcc sees. Left out: what takes minutes,
# what needs another rounding or more than 64 bits of a number, which valgrind does not have, what forks, and
# what asks for more memory than there is.
if work 'configure valgrind' configure valgrind $werror -Dplain_tests=true --buildtype=debugoptimized \
  -Db_ndebug=false -Dexamples=disabled; then
  mapfile -t names < <(meson test -C build/valgrind --list --suite unit --suite golden 2>/dev/null |
    sed -n 's/^.* \/ //p' | grep -vE '^unit/(base/number|core/(dist_sample|math|ode_exact|stream)|expr/program_random|model/(calendar|limits)|api/(recover|status)|io/h5_(failure|recover))$')
  TWIN_WRAPPER='valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,indirect' \
    c_tests 'C tests, valgrind' valgrind --timeout-multiplier 5 "${names[@]}" property/snapshot
else n_failed=$((n_failed + 1)); fi

for target in tests/fuzz/*_fuzz.c; do
  [ -e "$target" ] || continue
  name=$(basename "$target" _fuzz.c)
  check "fuzz $name" tests/fuzz/run.sh 20 "$name"
done
finish
