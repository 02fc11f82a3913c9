#!/bin/sh
# A log of --slow-ci with workers: shuffled, isolated, and all of that taken apart; on each CPython that has it.
. "$(dirname "$0")/lib.sh"
found=
for python in $(pythons); do
  "$python" -m test --help | grep -q -- --slow-ci || continue
  for seed in 11 12 13 14 15 16 17 18 19; do
    order=$("$python" -m test -r --randseed $seed --testdir "$here/suite" --list-tests test_quiet_one test_polluter test_victim | grep -E '^test_' | tr '\n' ' ')
    case $order in *test_polluter*test_victim*) break;; esac
  done
  { echo "./python -E -m test --slow-ci --timeout= -j2 --randseed $seed --testdir $here/suite test_quiet_one test_polluter test_victim"
    "$python" -E -m test --slow-ci -j2 --randseed $seed --testdir "$here/suite" test_quiet_one test_polluter test_victim 2>&1 || true
  } > log.txt
  expect 0 "$BBBISECT" --order log.txt
  [ "$(tr '\n' ' ' < out)" = "$order" ] || fail "$python: order"
  expect 0 "$BBBISECT" log.txt --test test_victim --python "$python" --json out.json
  contains err "cannot have caused this failure"
  [ "$(json out.json culprits)" = test_polluter ] || fail "$python: culprits"
  case $(json out.json reproduce) in *slow-ci*|*" -j"*) fail "$python: $(json out.json reproduce)";; esac
  found="$found $python"
done
[ -n "$found" ] || skip "no CPython here has --slow-ci (3.11.7 and later have)"
echo "found:$found"
