#!/bin/sh
# tap.sh PROGRAM ARGUMENT...: runs a Criterion program so that standard output is TAP alone; what the
# tests themselves print goes to standard error.
program=$1
shift
exec "$program" --tap=/dev/fd/3 "$@" 3>&1 1>&2
