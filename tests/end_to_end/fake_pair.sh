#!/bin/sh
# An AND of two, in one order: verdict, proof, command, JSON, and the number of probes.
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b test_c test_d test_e test_f test_g test_h
fake "fails test_v test_b test_g"

expect 0 "$BBBISECT" log.txt --json out.json
contains out "test_v fails after test_b, then test_g (order-dependent)"
contains out "./python -u -E -m test --timeout=60"
contains err "test_v between 8 tests, 8 times"
[ "$(json out.json verdict)" = order-dependent ] || fail verdict
[ "$(json out.json culprits)" = "test_b test_g" ] || fail culprits
[ "$(json out.json order_matters)" = True ] || fail order_matters
[ "$(json out.json confirmed.together_fails)" = "$(json out.json confirmed.together_runs)" ] || fail confirmed
[ "$(json out.json confirmed.alone_fails)" = 0 ] || fail alone
count starts "$(json out.json probes)"
no_survivors

# The command reproduces when it is pasted into a shell there.
sed -n 's/^    \.\/python/.\/python/p' out > paste.sh
count paste.sh 1
expect 2 sh paste.sh
contains out "test_v failed (1 failure)"

# A second start asks nothing and answers the same.
: > starts
expect 0 "$BBBISECT" log.txt --json again.json
count starts 0
contains out "--fresh asks anew"
[ "$(json again.json culprits)" = "test_b test_g" ] || fail "culprits from the journal"
: > starts
expect 0 "$BBBISECT" log.txt --fresh -q
[ ! -s err ] || fail "-q narrates"
[ -s starts ] || fail "--fresh asked nothing"

# Another option is another search.
: > starts
expect 0 "$BBBISECT" log.txt -q -- -u all
[ -s starts ] || fail "a journal of other options was believed"
