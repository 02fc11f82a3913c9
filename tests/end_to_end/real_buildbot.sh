#!/bin/sh
# From the address of a build to the culprits: a real Buildbot on the loopback address, whose worker runs the real
# regrtest. Debian has no web front end of Buildbot; its REST API starts with an empty one, which is made here.
. "$(dirname "$0")/lib.sh"
missing=
for program in buildbot buildbot-worker; do command -v $program > /dev/null || missing="$missing $program"; done
[ -z "$missing" ] || skip "no$missing: apt install buildbot buildbot-worker"
python=$(pythons | tail -n 1)
[ -n "$python" ] || skip "no CPython with a test suite: install python3.11 and libpython3.11-testsuite"

master= worker= proxy=
stop() {
  for process in $worker $proxy $master; do
    kill "$process" 2> /dev/null || true
    wait "$process" 2> /dev/null || true
  done
  cd /; chmod -R u+rwx "$work"; rm -rf "$work"
}
trap stop EXIT

mkdir -p site/empty_front_end/static site/empty_front_end-1.dist-info
echo 1 > site/empty_front_end/VERSION
cat > site/empty_front_end/__init__.py <<'END'
from buildbot.www.plugin import Application
front_end = Application(__name__, "an empty front end")
END
printf 'Metadata-Version: 2.1\nName: empty-front-end\nVersion: 1\n' > site/empty_front_end-1.dist-info/METADATA
printf '[buildbot.www]\nbase = empty_front_end:front_end\n' > site/empty_front_end-1.dist-info/entry_points.txt

free_port() { /usr/bin/python3 -c 'import socket; s=socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
web=$(free_port) pb=$(free_port) proxy_port=$(free_port)
names="test_quiet_one test_polluter test_quiet_two test_victim test_quiet_three"
buildbot create-master -q master > setup.log 2>&1 || { cat setup.log; fail "create-master"; }
cat > master/master.cfg <<END
from buildbot.plugins import schedulers, steps, util, worker
test = util.BuildFactory([
    steps.SetProperty(property="got_revision", value="0123456789abcdef"),
    steps.ShellCommand(name="configure", command=["echo", "testing whether echo works"]),
    steps.ShellCommand(name="test", command="$python -E -m test --testdir $here/suite $names".split()),
    steps.ShellCommand(name="clean", command=["false"], alwaysRun=True),
])
good = util.BuildFactory([steps.ShellCommand(name="test", command=["true"])])
BuildmasterConfig = {
    "workers": [worker.Worker("w-1", "secret")],
    "protocols": {"pb": {"port": "tcp:$pb:interface=127.0.0.1"}},
    "builders": [util.BuilderConfig("AMD64 Debian/3.x + ü", workernames=["w-1"], factory=test),
                 util.BuilderConfig("good", workernames=["w-1"], factory=good)],
    "schedulers": [schedulers.Periodic("once", builderNames=["AMD64 Debian/3.x + ü", "good"], codebases={"": {"repository": "", "branch": "3.x"}},
                                       periodicBuildTimer=86400)],
    "www": {"port": "tcp:$web:interface=127.0.0.1"}, "buildbotURL": "http://127.0.0.1:$web/",
    "buildbotNetUsageData": None, "db": {"db_url": "sqlite:///state.sqlite"},
}
END
buildbot-worker create-worker -q worker "127.0.0.1:$pb" w-1 secret > setup.log 2>&1 || { cat setup.log; fail "create-worker"; }
PYTHONPATH=site buildbot start --nodaemon master > master.log 2>&1 &
master=$!
buildbot-worker start --nodaemon worker > worker.log 2>&1 &
worker=$!

# once THIS is true of http://.../api/v2/PATH
cat > ask.py <<'END'
import json, sys, time, urllib.request
url, condition = sys.argv[1:]
for turn in range(600):
    try:
        answer = json.load(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url))
        if eval(condition, {"answer": answer}): sys.exit(0)
    except OSError: pass
    time.sleep(0.2)
sys.exit("never: " + condition)
END
api=http://127.0.0.1:$web/api/v2
for builder in 1 2; do
  /usr/bin/python3 ask.py "$api/builders/$builder/builds?complete=true" 'len(answer["builds"]) > 0' ||
    { cat master.log master/twistd.log worker.log; fail "the build does not end"; }
done
id=$(/usr/bin/python3 -c 'import json,sys,urllib.request
ask=lambda path: json.load(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1] + path))
name=lambda n: ask("/builders/%d" % n)["builders"][0]["name"]
print(1 if "AMD64" in name(1) else 2)' "$api")
export no_proxy=127.0.0.1
here_web=http://127.0.0.1:$web

# The way as it is meant.
expect 0 "$BBBISECT" "$here_web/#/builders/$id/builds/1" --python "$python" --json out.json
[ "$(json out.json culprits)" = test_polluter ] || fail "culprits"
for pair in "kind buildbot" "builder AMD64 Debian/3.x + ü" "build 1" "step test" "worker w-1" "branch 3.x" \
    "revision 0123456789abcdef" "name $here_web/#/builders/$id/builds/1/steps/3"; do
  [ "$(json out.json "source.${pair%% *}")" = "${pair#* }" ] || fail "source.$pair: $(json out.json "source.${pair%% *}")"
done
contains err "source: build 1 of AMD64 Debian/3.x + ü, step test, revision 0123456789abcdef (3.x), worker w-1"
contains out "The log: build 1 of AMD64 Debian/3.x + ü, step test, revision 0123456789abcdef (3.x), worker w-1."

# Every other way to name it says the same.
expect 0 "$BBBISECT" --show --json shown.json "$here_web/#/builders/$id/builds/1"
log=$(/usr/bin/python3 - "$api" "$id" <<'END'
import json, sys, urllib.request
api, builder = sys.argv[1:]
ask = lambda path: json.load(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(api + path))
build = ask(f"/builders/{builder}/builds/1")["builds"][0]
step = next(s for s in ask(f"/builds/{build['buildid']}/steps")["steps"] if s["name"] == "test")
log = ask(f"/steps/{step['stepid']}/logs")["logs"][0]
print(build["buildid"], build["buildrequestid"], step["stepid"], log["logid"])
END
)
set -- $log
for address in "#/builders/$id/builds/1/steps/3/logs/stdio" "#/builders/$id" "#/buildrequests/$2?redirect_to_build=true" \
    "builders/AMD64%20Debian%2F3.x%20%2B%20%C3%BC/builds/1/steps/test/logs/stdio" "builders/$id/builds/1" \
    "api/v2/builds/$1" "api/v2/steps/$3/logs/stdio/raw" "api/v2/logs/$4/contents?limit=5" "api/v2/builders/$id/builds/1/steps"; do
  expect 0 "$BBBISECT" --show --json this.json "$here_web/$address"
  cmp shown.json this.json || fail "$address"
done
for address in "<$here_web/#/builders/$id/builds/1>." "HTTP${here_web#http}/#/builders/$id/builds/1/steps/3," \
    "$here_web/index.html#/builders/$id/builds/1)"; do
  expect 0 "$BBBISECT" --show --json this.json "$address"
  cmp shown.json this.json || fail "$address"
done
# The command to ask again means the same tomorrow.
expect 0 "$BBBISECT" --matching --python "$python" "$here_web/#/builders/$id"
contains out "bbbisect '$here_web/#/builders/$id/builds/1/steps/3'"
for build in "--build 1" ""; do
  expect 0 "$BBBISECT" --show --json this.json --buildbot "$here_web" --builder "AMD64 Debian/3.x + ü" $build
  cmp shown.json this.json || fail "--builder $build"
done

# A Buildbot behind a prefix that gives no raw logs: the log comes in pages.
cat > proxy.py <<'END'
import http.server, sys, urllib.request, urllib.error
web, port = sys.argv[1:]
class Proxy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/cut/"):  # without a length, the connection ends early
            body = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(web + self.path[4:]).read()
            self.send_response(200); self.end_headers()
            return self.wfile.write(body[:len(body) // 2] if self.path.endswith("/raw") else body)
        if not self.path.startswith("/all/api/v2/") or self.path.endswith("/raw"): return self.send_error(404)
        print(self.path, flush=True)
        path = self.path[4:].replace("limit=10000", "limit=7")
        body = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(web + path).read()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(port)), Proxy).serve_forever()
END
/usr/bin/python3 proxy.py "$here_web" "$proxy_port" > asked &
proxy=$!
for turn in 1 2 3 4 5 6 7 8 9 10; do
  expect_status=0; "$BBBISECT" --show --json this.json "http://127.0.0.1:$proxy_port/all/#/builders/$id/builds/1" > out 2> err || expect_status=$?
  [ $expect_status -ne 0 ] || break
  sleep 0.3
done
[ $expect_status -eq 0 ] || { cat err; fail "the proxy"; }
contains asked "/all/api/v2/logs/$4/contents?offset=0&limit=10000"
contains asked "/all/api/v2/logs/$4/contents?offset=7&limit=10000"
sed 's/"name": ".*//' shown.json > a; sed 's/"name": ".*//' this.json > b
cmp a b || { diff a b; fail "in pages"; }

# What is not there is a sentence.
sentence() { count err 1; contains err "$1"; }
expect 2 "$BBBISECT" "$here_web/#/builders/$id/builds/7"; sentence "has no build 7"
expect 2 "$BBBISECT" "$here_web/#/builders/$((3 - id))"; 
sentence "has no failed build of the builder $((3 - id)); its latest are 1 (success): --build 1 takes one"
expect 2 "$BBBISECT" "$here_web/#/builders/$((3 - id))/builds/1"; 
sentence "no log of build 1 of good holds a test run: looked at 1 of them"
expect 2 "$BBBISECT" "$here_web/#/builders/$id/builds/1/steps/77"; sentence "has no step 77"
expect 2 "$BBBISECT" --builder nobody --buildbot "$here_web"; sentence 'has no builder "nobody"'
expect 2 "$BBBISECT" --max-size 1K "$here_web/#/builders/$id/builds/1"; sentence "--max-size SIZE allows more"
expect 2 "$BBBISECT" "$here_web/#/builders/$id/builds/latest"; sentence "is no number of Buildbot's: latest"
expect 2 "$BBBISECT" "$here_web/api/v2/builders/$id/builds?number=1"; sentence "it asks for a list of builds"
expect 2 "$BBBISECT" "$here_web/#/builders/$id/builds/1/steps/3/logs/y"; sentence "step test has no log y, it has stdio"
expect 2 "$BBBISECT" "$here_web/elsewhere/#/builders/$id/builds/1"; sentence "answers no question of Buildbot's REST API"
expect 2 "$BBBISECT" "http://127.0.0.1:$proxy_port/cut/#/builders/$id/builds/1"; sentence "the log stdio of step test broke off: "
