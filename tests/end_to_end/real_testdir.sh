#!/bin/sh
# One polluter, on the real regrtest of every CPython found, sequential and shuffled: the log is made here.
. "$(dirname "$0")/lib.sh"
names="test_quiet_one test_polluter test_quiet_two test_quiet_three test_victim test_quiet_four"
found=
copy=$work/suite
cp -r "$here/suite" "$copy"
for python in $(pythons); do
  for seed in 1 2 3 4 5 6 7 8 9; do  # one that runs the polluter before the victim
    command="$python -m test -r --randseed $seed --testdir $copy"
    order=$($command --list-tests $names | grep -E '^test_' | tr '\n' ' ')
    case $order in *test_polluter*test_victim*) break;; esac
  done
  { echo "$command $names"; $command $names 2>&1 || true; } > log.txt
  expect 0 "$BBBISECT" --order log.txt
  [ "$(tr '\n' ' ' < out)" = "$order" ] || fail "$python: order"
  expect 0 "$BBBISECT" log.txt --python "$python" --json out.json
  [ "$(json out.json culprits)" = test_polluter ] || fail "$python: culprits"
  contains out "test_victim fails after test_polluter"
  sed -n 's/^    //p' out | grep -- "-m test" > paste.sh
  expect 2 sh paste.sh
  contains out "test_victim failed"
  found="$found $python"
done
# What stands in a directory where others write is run only when the user names it, too.
chmod o+w "$copy"
expect 2 "$BBBISECT" log.txt --python "${found##* }" --fresh
contains err "--testdir of the log, $copy, is not used"
expect 0 "$BBBISECT" log.txt --python "${found##* }" --fresh -- --testdir "$copy"
[ -n "$found" ] || fail "no CPython with a test suite: install python3.11 and libpython3.11-testsuite"
echo "found:$found"
