#!/bin/sh
# How the log's build differs from the one at hand, and how to make one like it; no test is run for it.
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b
fake ""
{ echo "== CPython 3.99.0+ (heads/main:d625f7da33b, Feb 13 2026, 17:27:29) [GCC 12.2.0]"; echo "== Python build: debug"; cat log.txt; } > with_header.txt
mv with_header.txt log.txt
expect 0 "$BBBISECT" --show log.txt
contains out "  version  3.99.0+ there, 3.99.0 here"
contains out "  build    debug there, release here"
expect 0 "$BBBISECT" --show --json - log.txt
mv out show.json
[ "$(json show.json differences.1.log)" = d625f7da33b ] || fail differences
expect 0 "$BBBISECT" --matching log.txt
contains out "git checkout --detach d625f7da33b"
contains out "./configure --with-pydebug"
contains out "bbbisect $work/log.txt"
[ ! -s starts ] || fail "a test was run"
expect 4 "$BBBISECT" log.txt --json result.json
contains err "note: this Python is not the log's: version 3.99.0+ there, 3.99.0 here; commit"
contains err "git checkout d625f7da33b"
contains out "What differs from the log, the most telling first"
[ "$(json result.json differences.0.what)" = version ] || fail differences
# Without a Python there is all the more to be made.
rm python
expect 0 "$BBBISECT" --show log.txt
contains out "There is no Python here"
expect 0 "$BBBISECT" --matching log.txt
contains out "git clone"
# The log of a stranger gets nothing into a command.
sed 's/d625f7da33b/$(touch evil)/' log.txt > hostile.txt
expect 0 "$BBBISECT" --matching hostile.txt
lacks out "evil"
