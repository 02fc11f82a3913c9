#!/bin/sh
# Adversarial logs: time, peak memory, and how much more it is for twice the size, which is to be about twice.
#   hostile.sh DRIVER LOGS [--quick]
# DRIVER is tests/bench/hostile.cpp, built; LOGS the directory tests/logs. --quick has a hundredth of the sizes; what
# is over too soon to be compared is doubled until it is not.
set -eu
driver=$1 logs=$2
shift 2
exec "$driver" "$@" "$logs/3.13-full-seq-r.txt"
