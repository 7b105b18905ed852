#!/bin/sh
# mingw.sh FOLDER: the library for Windows, compiled and linked by mingw-w64 with warnings as errors.
#
# Debian has no cJSON, HDF5 and SUNDIALS for mingw, so their three homes are left out (io/json_in.c,
# io/h5_*.c, core/ode_cvode.c; the last two have stand-ins in the library) and the one function that
# cJSON is behind is a stub here: what is checked is that all the rest is C17 that another system takes,
# and that the DLL exports just what the headers declare. Nothing is run. With a cJSON for Windows:
# meson setup build/mingw --cross-file tests/mingw-w64.ini.
set -eu
cd "$(dirname "$0")/../.."
folder=${1:?mingw.sh FOLDER}
cc=${MINGW:-x86_64-w64-mingw32-gcc}
mkdir -p "$folder"
flags='-std=c17 -O1 -Wall -Wno-maybe-uninitialized -Wextra -Werror -Wshadow -D_POSIX_C_SOURCE=200809L -DTWIN_BUILD -ffp-contract=off'
find lib -name '*.c' | sort | while read -r source; do
  case $source in
    lib/io/h5_none.c) ;;
    lib/io/json_in.c | lib/io/h5_*.c | lib/core/ode_cvode.c) continue ;;
  esac
  printf '%s\n' "$source"
done >"$folder/sources"
echo '#define TW_VERSION "1"' >"$folder/version.h"
cat >"$folder/no_json.c" <<'END'
#include "io/json.h"
tw_node *tw_json_read(const char *text, size_t n_bytes, const char *file, tw_arena *arena,
                      twin_problems *problems) {
  (void)text, (void)n_bytes, (void)file, (void)arena;
  tw_fail(problems, TWIN_ERR_UNSUPPORTED, "no cJSON");
  return NULL;
}
END
# shellcheck disable=SC2086
xargs -P 2 -I {} sh -c '
  object=$1/$(echo "$2" | tr / _).o
  shift 2
  "$@" -o "$object"' _ "$folder" {} "$cc" $flags -include "$folder/version.h" -Ilib -Iinclude -c {} \
  <"$folder/sources"
# shellcheck disable=SC2086
$cc $flags -Ilib -Iinclude -c "$folder/no_json.c" -o "$folder/no_json.o"
$cc -shared -o "$folder/libtwin-1.dll" "$folder"/*.o -lpthread -Wl,--out-implib,"$folder/libtwin.dll.a"
x86_64-w64-mingw32-nm --defined-only "$folder/libtwin.dll.a" | sed -n 's/^[0-9a-f]* T //p' | sort -u \
  >"$folder/exported"
diff "$folder/exported" tests/interface/symbols.txt
cat >"$folder/host.c" <<'END'
#include <stdio.h>
#include <twin/twin.h>
int main(void) {
  puts(twin_version());
  return 0;
}
END
$cc -std=c17 -Wall -Werror -Iinclude -o "$folder/host.exe" "$folder/host.c" "$folder/libtwin.dll.a"
echo "$(wc -l <"$folder/sources") sources compiled, $(wc -l <"$folder/exported") names exported, a program linked"
