#!/bin/sh
# Real order-dependent failures of CPython, each on the interpreter where it happened: tests/cases/NAME has the log
# and the answer. $1 names the case, $2 the exit status, $3 is "long" for what takes half an hour.
. "$(dirname "$0")/lib.sh"
[ "${3:-}" != long ] || [ -n "${BBBISECT_LONG:-}" ] || skip "$1 takes half an hour: set BBBISECT_LONG=1 to run it"
case=$here/../cases/$1
python=$HOME/.pyenv/versions/$(sed -n 's/.*"pyenv:\([0-9.]*\)".*/\1/p' "$case/answer.json")/bin/python
[ -x "$python" ] || skip "$1 needs $python"
expect "$2" "$BBBISECT" "$case/log.txt" --python "$python" --json out.json
cat err
"$(any_python)" - "$case/answer.json" out.json <<'END'
import json, sys
answer, ours = (json.load(open(name)) for name in sys.argv[1:])
assert ours["victim"] == answer["victim"], ours["victim"]
assert ours["verdict"] == answer["verdict"], ours
assert ours["factors"] == answer.get("factors", []), ours["factors"]
if answer["verdict"] == "order-dependent":
    assert ours["culprits"] in [answer["culprits"]] + answer.get("also", []), ours["culprits"]
else:
    assert ours["culprits"] == [], ours["culprits"]
END
no_survivors
