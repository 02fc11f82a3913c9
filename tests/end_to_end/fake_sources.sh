#!/bin/sh
# Logs that are compressed, archived, piped, many in a directory: the same search, and the source is told.
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b test_c test_d
fake "fails test_v test_b"
python=$(any_python)
expect 0 "$BBBISECT" log.txt --json out.json
contains out "test_v fails after test_b (order-dependent)"
lacks err "source:"
[ "$(json out.json source.kind)" = file ] || fail kind
[ "$(json out.json source.name)" = log.txt ] || fail name
: > starts

"$python" - <<'END'
import bz2, gzip, lzma, os, shutil, tarfile, zipfile
log = open("log.txt", "rb").read()
before, after = log.split(b"=" * 70)
good = before + after[after.index(b"0:00:00"):after.index(b"1 test failed")]
good = good.replace(b" failed (1 failure)", b" passed").replace(b"FAILURE", b"SUCCESS")
os.makedirs("logs/sub")
open("packed-1", "wb").write(gzip.compress(log))
open("packed-2", "wb").write(bz2.compress(log))
open("packed-3", "wb").write(lzma.compress(log))
with zipfile.ZipFile("run.zip", "w", zipfile.ZIP_DEFLATED) as run:
    run.writestr("0_build (ubuntu).txt", log)
    run.writestr("1_build (mac).txt", good)
    run.writestr("build (mac)/4_Tests.txt", good)
    run.writestr("build (ubuntu)/1_Set up job.txt", "Hello\n")
    run.writestr("build (ubuntu)/4_Tests.txt", log)
    run.writestr("build (win)/4_Tests\x1b[2J.txt", log)
open("logs/1.txt", "wb").write(good)
open("good.gz", "wb").write(gzip.compress(good))
open("logs/2.txt.gz", "wb").write(gzip.compress(log)[:200])
open("logs/sub/3.txt.gz", "wb").write(gzip.compress(log))
shutil.copy("run.zip", "logs/sub/run.zip")
with tarfile.open("logs.tar.gz", "w:gz") as tar: tar.add("logs")
END
if command -v zstd > /dev/null; then zstd -q log.txt -o packed-4; fi

# The answers are those of the journal: it is the same search.
for packed in packed-*; do
  expect 0 "$BBBISECT" "$packed" --json again.json
  [ "$(json again.json culprits)" = test_b ] || fail "$packed"
  expect 0 sh -c '"$1" - --json again.json < "$2"' sh "$BBBISECT" "$packed"
  [ "$(json again.json source.kind)" = "standard input" ] || fail "$packed as standard input"
done
expect 0 "$BBBISECT" run.zip --json again.json
contains err "source: build (ubuntu)/4_Tests.txt of run.zip"
contains err "failed too, in another log: bbbisect 'run.zip/build (win)/4_Tests\\x1b[2J.txt'"
lacks err 0_build
[ "$(json again.json source.kind)" = archive ] || fail archive
[ "$(json again.json source.member)" = "build (ubuntu)/4_Tests.txt" ] || fail member
expect 0 "$BBBISECT" run.zip --all-failures --json all.json
[ "$(json all.json failures.0.source.member)" = "build (ubuntu)/4_Tests.txt" ] || fail "member, with --all-failures"
grep -c '^source: build (ubuntu)/4_Tests.txt of run.zip' err | grep -qx 1 || fail "source, with --all-failures"
expect 0 "$BBBISECT" 'run.zip/build (win)/4_Tests\x1b[2J.txt'
contains err "source: build (win)/4_Tests\\x1b[2J.txt of run.zip"
expect 0 sh -c '"$1" - < run.zip' sh "$BBBISECT"
contains err "holds a failing run, too; save standard input as a file"
expect 0 "$BBBISECT" logs --json again.json
contains err "source: sub/3.txt.gz of logs"
contains err "failed too, in another log: bbbisect 'logs/sub/run.zip/build (ubuntu)/4_Tests.txt'"
contains err "note: 2.txt.gz is packed, and cannot be unpacked"
[ "$(json again.json source.kind)" = directory ] || fail directory
expect 0 "$BBBISECT" 'logs/sub/run.zip/build (ubuntu)/4_Tests.txt'
expect 0 "$BBBISECT" logs/sub/3.txt.gz
expect 0 "$BBBISECT" log.txt --passing good.gz --show
contains out "further log"
expect 0 "$BBBISECT" logs.tar.gz
contains err "note: logs/2.txt.gz is packed, and cannot be unpacked"
count starts 0
find . -name '4_Tests*' > unpacked; count unpacked 0

# Bombs and the like end with a sentence.
sentence() { count err 1; contains err "$1"; [ ! -s out ] || fail "standard output is not empty"; }
"$python" -c 'import gzip,sys
bomb = gzip.compress(b"x" * 100000000)
open("bomb.gz", "wb").write(gzip.compress(bomb))'
expect 2 "$BBBISECT" bomb.gz --max-size 50M; sentence "--max-size SIZE allows more"
expect 2 "$BBBISECT" bomb.gz; sentence "holds no test run"
expect 2 "$BBBISECT" run.zip --max-size 10K; sentence "--max-size SIZE allows more"
expect 2 "$BBBISECT" run.zip/nothing; sentence "run.zip has no member nothing"
expect 2 "$BBBISECT" logs/2.txt.gz; sentence "cannot be unpacked"
expect 2 "$BBBISECT" file:///etc/passwd; sentence "only http and https"
expect 2 "$BBBISECT" "127.0.0.1:8010/#/builders/3/builds/14"; sentence "put http:// or https:// before it"
no_survivors
