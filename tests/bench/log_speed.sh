#!/bin/sh
# How fast a log of a gigabyte is read, against `grep -c` over the same file from the page cache.
#   log_speed.sh DRIVER LOGS [MEGABYTES]
# DRIVER is tests/bench/log_speed.cpp, built; LOGS the directory tests/logs. Two files are made in a new
# directory under $TMPDIR and deleted afterwards: "noise" is one run whose third test prints a great deal,
# "logs" is real logs over and over.
set -eu
driver=$1 logs=$2 megabytes=${3:-1000}
work=$(mktemp -d "${TMPDIR:-/tmp}/log_speed.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

fill() {  # a piece, repeated to the wanted size
  cp "$1" "$work/grown"
  while [ "$(wc -c <"$work/grown")" -lt 16000000 ]; do
    cat "$work/grown" "$work/grown" >"$work/twice"
    mv "$work/twice" "$work/grown"
  done
  copies=$((megabytes * 1000000 / $(wc -c <"$work/grown") + 1))
  while [ "$copies" -gt 0 ]; do
    cat "$work/grown"
    copies=$((copies - 1))
  done | head -c "$((megabytes * 1000000))"
  rm "$work/grown"
}

best() {  # the least of five elapsed times, in milliseconds
  for _ in 1 2 3 4 5; do
    begin=$(date +%s%N)
    "$@" >"$work/out"  # grep stops early when it writes to /dev/null
    end=$(date +%s%N)
    echo $(((end - begin) / 1000000))
  done | sort -n | head -n 1
}

compare() {
  "$driver" "$work/log" | sed "s/^/$1: /"
  reader=$(best "$driver" "$work/log")
  grep=$(best grep -c 'Tests result' "$work/log")
  echo "$1: reader ${reader} ms, grep -c ${grep} ms: $((100 * grep / reader)) % of grep's speed"
}

cat >"$work/piece" <<'NOISE'
test_o (test.test_call.TestCallingConventions.test_o) ... ok
test_o_ext (test.test_call.TestCallingConventions.test_o_ext) ... ok
test_dump_ascii (test.test_json.TestDump.test_dump_ascii) [subtest 3] ... skipped 'not here'
DEBUG asyncio:selector_events.py Using selector: EpollSelector
the quick brown fox jumps over the lazy dog, 1234567890 times
  File "/usr/lib/python3/dist-packages/x/y.py", line 12, in some_function
    return self._value[index] if index < len(self._value) else None
................................................................................
NOISE
{
  echo 'Using random seed: 1003'
  echo '0:00:00 load avg: 4.26 Run 4 tests sequentially'
  echo '0:00:00 load avg: 4.26 [1/4] test_a'
  echo '0:00:00 load avg: 4.26 [2/4] test_b'
  echo '0:00:01 load avg: 4.26 [3/4] test_c'
  fill "$work/piece"
  echo
  echo '0:00:09 load avg: 4.26 [4/4/1] test_d -- test_c failed (1 failure)'
  printf '\n== Tests result: FAILURE ==\n\n1 test failed:\n    test_c\n\n3 tests OK.\n\nResult: FAILURE\n'
} >"$work/log"
compare noise

cat "$logs"/*-full-*.txt >"$work/piece"
fill "$work/piece" >"$work/log"
compare logs
