#!/bin/sh
# kill -9 at many moments, then the same command: the same answer, nothing that was answered is asked again, no
# process and no temporary directory left.
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b test_c test_d test_e test_f test_g test_h
fake "fails test_v test_b test_g
takes test_d 0.3
takes test_h 0.3"
expect 0 "$BBBISECT" log.txt -q --json whole.json --state whole
probes=$(json whole.json probes)
: > starts
mkdir tmp
export TMPDIR="$work/tmp"
kills=0
for delay in 0.1 0.3 0.2 0.5 0.4 0.15 0.6 0.25; do
  "$BBBISECT" log.txt -q --state killed > /dev/null 2>&1 &
  pid=$!
  sleep "$delay"
  if kill -9 "$pid" 2> /dev/null; then kills=$((kills + 1)); fi
  wait "$pid" 2> /dev/null || true
  sleep 0.2
  no_survivors
done
[ "$kills" -ge 4 ] || fail "only $kills of the kills came in time"
expect 0 "$BBBISECT" log.txt -q --state killed --json killed.json
[ "$(json killed.json culprits)" = "test_b test_g" ] || fail culprits
[ "$(json killed.json probes)" = "$probes" ] || fail "$probes probes without a kill, $(json killed.json probes) with"
# Each kill can cost the one probe that was running.
asked=$(wc -l < starts)
[ "$asked" -ge "$probes" ] && [ "$asked" -le $((probes + kills)) ] || fail "$asked starts for $probes probes and $kills kills"
[ -z "$(ls tmp)" ] || fail "left in the temporary directory: $(ls tmp)"
no_survivors
