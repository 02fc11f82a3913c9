#!/bin/sh
# gh-108927 on Debian 12's own python3.11, from the example's log: two polluters in one order, and a plain pair.
. "$(dirname "$0")/lib.sh"
python=/usr/bin/python3.11
[ -x $python ] && $python -m test --help > /dev/null 2>&1 || skip "no $python with libpython3.11-testsuite"
log=$here/../../examples/debian-python3.11.log
expect 0 "$BBBISECT" "$log" --python $python --test test_unittest --json pair.json
[ "$(json pair.json culprits)" = "test_import test_importlib" ] || fail "$(json pair.json culprits)"
[ "$(json pair.json order_matters)" = True ] || fail "order"
sed -n 's/^    //p' out | grep -- "-m test" > paste.sh
expect 2 sh paste.sh
contains out "test_unittest failed"
expect 0 "$BBBISECT" "$log" --python $python --test test_call --json single.json
[ "$(json single.json culprits)" = test_importlib ] || fail "$(json single.json culprits)"
no_survivors
