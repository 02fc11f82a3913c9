#!/bin/sh
# A suspect that crashes the interpreter is routed around, on the real regrtest.
. "$(dirname "$0")/lib.sh"
python=$(pythons | head -n 1)
{ echo "./python -m test --testdir $here/suite test_quiet_one test_crasher test_polluter test_victim"
  "$python" -m test --testdir "$here/suite" test_quiet_one test_quiet_two test_polluter test_victim 2>&1 || true
# By the log the polluter takes long, so that the crasher is looked at first.
} | sed 's/test_quiet_two/test_crasher/; s/^0:00:0[0-9]\(.*] test_victim\)/0:01:40\1/' > log.txt
expect 0 "$BBBISECT" log.txt --python "$python"
contains out "test_victim fails after test_polluter"
contains out "Set aside, because they ended a run themselves: test_crasher"
no_survivors
