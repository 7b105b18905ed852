#!/usr/bin/env bash
# Compiles an example against the installed tree, as a user would, and runs it: installed.sh BUILD
# Only pkg-config says where headers and libraries are; shared and static linking are both tried.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

build=$1
place=$PWD/build/installed
rm -rf "$place"
meson install -C "$build" --no-rebuild --quiet --destdir "$place"

folder=$(dirname "$(find "$place" -name libtwin.pc)")
prefix=${folder%/lib*/pkgconfig}
libraries=${folder%/pkgconfig}
query() {
  PKG_CONFIG_PATH=$folder pkg-config --define-variable=prefix="$prefix" "$@" libtwin
}

echo "version $(query --modversion)"
[ "$(query --modversion)" = "$(sed -n "s/^ *version: '\(.*\)',/\1/p" meson.build)" ]
soname=$(objdump -p "$libraries/libtwin.so" | sed -n 's/^ *SONAME *//p')
echo "soname $soname"
[ "$soname" = libtwin.so.1 ]

example=examples/01_load_and_run.c
# shellcheck disable=SC2046
cc -std=c17 -Wall -Wextra -Werror "$example" -o "$place/shared" $(query --cflags --libs)
LD_LIBRARY_PATH=$libraries "$place/shared"
LD_LIBRARY_PATH=$libraries ldd "$place/shared" | grep -F libtwin.so.1

# The program of the README, as it stands there.
sed -n '/^```c$/,/^```$/{/^```/!p}' README.md >"$place/readme.c"
# shellcheck disable=SC2046
cc -std=c17 -Wall -Wextra -Werror "$place/readme.c" -o "$place/readme" $(query --cflags --libs)
LD_LIBRARY_PATH=$libraries "$place/readme" | grep -E '^1[01][0-9]\.[0-9] parts an hour$'

# A C++ service, where the development packages of cJSON and HDF5 are not there: no header needs them.
# shellcheck disable=SC2046
c++ -std=c++17 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -pthread \
  tests/interface/embedded.cpp tests/interface/embedded_kind.cpp -o "$place/embedded" \
  $(PKG_CONFIG_LIBDIR=$folder query --cflags --libs)
mkdir "$place/files"
LD_LIBRARY_PATH=$libraries "$place/embedded" lines/press-shop.json "$place/files"
for text in README.md CHANGES.md LICENSE; do [ -s "$prefix/share/doc/libtwin/$text" ]; done

# The static library is found when the shared one is not there.
rm "$libraries"/libtwin.so*
# shellcheck disable=SC2046
cc -std=c17 -Wall -Wextra -Werror "$example" -o "$place/static" $(query --static --cflags --libs)
"$place/static"

for header in "$prefix"/include/twin/*.h; do
  cmp "$header" "include/twin/$(basename "$header")"
done
