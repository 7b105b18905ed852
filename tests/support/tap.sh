#!/bin/sh
# tap.sh PROGRAM ARGUMENT...: runs a Criterion program so that standard output is TAP alone; what the
# tests themselves print goes to standard error. TWIN_WRAPPER is what it is run under: valgrind.
program=$1
shift
# shellcheck disable=SC2086
exec $TWIN_WRAPPER "$program" --tap=/dev/fd/3 "$@" 3>&1 1>&2
