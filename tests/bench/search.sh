#!/bin/sh
# The tables of the search in simulated worlds. search.sh DRIVER [OPTION...]: DRIVER is tests/bench/search_bench.cpp,
# built; its options are those of DRIVER --help.
set -eu
driver=$1
shift
exec "$driver" "$(dirname "$0")/durations.tsv" "$@"
