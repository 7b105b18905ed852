#!/bin/sh
# Compiles one public header alone: header_alone.sh c|c++ twin/base.h COMPILER...
# As C17 or C++17, from the top folder, warnings are errors.
set -eu
language=$1 header=$2
shift 2
if [ "$language" = c ]; then
  standard=c17
else
  standard=c++17
  # the C++ driver of the same family; without one the test is skipped (exit code 77)
  case "$*" in *clang*) set -- clang++ ;; *) set -- g++ ;; esac
  command -v "$1" >/dev/null || { echo "$1 is not there. Debian: apt install g++"; exit 77; }
fi
printf '#include <%s>\n' "$header" |
  "$@" -x "$language" -std="$standard" -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror \
    -Iinclude -fsyntax-only -
