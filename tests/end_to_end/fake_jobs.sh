#!/bin/sh
# --jobs changes how long a search takes, and nothing else: the same culprits, nothing left behind, also by kill -9.
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b test_c test_d test_e test_f test_g test_h
mkdir tmp
export TMPDIR="$work/tmp"

same() {
  for jobs in 1 2 5; do
    expect "$1" "$BBBISECT" log.txt --jobs $jobs --state "state-$2-$jobs" --json "$2-$jobs.json"
    no_survivors
    [ -z "$(ls tmp)" ] || fail "left in the temporary directory: $(ls tmp)"
    for key in verdict culprits set_aside; do
      [ "$(json "$2-$jobs.json" $key)" = "$(json "$2-1.json" $key)" ] || fail "--jobs $jobs: another $key"
    done
  done
}
fake "fails test_v test_b
takes test_c 0.2"
same 0 one
[ "$(json one-2.json culprits)" = test_b ] || fail culprits
fake "fails test_v test_b test_g"
same 0 two
[ "$(json two-2.json culprits)" = "test_b test_g" ] || fail culprits
fake "fails test_v test_f
crashes test_c"
same 0 crash
fake ""
same 4 none

fake "fails test_v test_b test_g
takes test_d 0.2"
for delay in 0.2 0.5 0.9; do
  "$BBBISECT" log.txt -q --jobs 3 --state killed > /dev/null 2>&1 &
  pid=$!
  sleep "$delay"
  kill -9 "$pid" 2> /dev/null || true
  wait "$pid" 2> /dev/null || true
  sleep 0.2
  no_survivors
done
expect 0 "$BBBISECT" log.txt -q --state killed --json killed.json
[ "$(json killed.json culprits)" = "test_b test_g" ] || fail culprits
[ -z "$(ls tmp)" ] || fail "left in the temporary directory: $(ls tmp)"
no_survivors

expect 2 "$BBBISECT" log.txt --jobs 65
contains err "from 1 to 64"
