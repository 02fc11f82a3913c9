#!/bin/sh
# --show and --order run nothing; standard input works; -C starts elsewhere.
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b test_c
fake "fails test_v test_a"
expect 0 "$BBBISECT" --show log.txt
contains out "--timeout=60"
contains out "test_v  failed (1 failure): test.test_v.T.test_method (AssertionError)"
expect 0 "$BBBISECT" --show --json - log.txt
mv out show.json
[ "$(json show.json log.seed)" = 7 ] || fail seed
[ "$(json show.json log.failed)" = test_v ] || fail failed
expect 0 "$BBBISECT" --order log.txt
printf 'test_a\ntest_b\ntest_c\ntest_v\n' > order
cmp order out
expect 0 "$BBBISECT" --order - < log.txt
cmp order out
mkdir elsewhere
expect 0 "$BBBISECT" -C "$work" --order log.txt
[ ! -s starts ] || fail "something was run"
[ ! -e .bbbisect ] || fail "something was written"
expect 0 "$BBBISECT" --json - -q log.txt
mv out out.json
[ "$(json out.json culprits)" = test_a ] || fail culprits
