#!/bin/sh
# Logs from a server, and from servers that redirect, stall, break off, or never end.
. "$(dirname "$0")/lib.sh"
make_log test_v test_a test_b test_c test_d
fake "fails test_v test_b"
python=$(any_python)
cat > server.py <<'END'
import gzip, http.server, socketserver, sys, time
log = open("log.txt", "rb").read()
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, body, status=200, length=None, **headers):
        self.send_response(status)
        for name, value in headers.items(): self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        path = self.path[1:]
        if path == "log": self.answer(log)
        elif path == "log.gz": self.answer(gzip.compress(log))
        elif path == "encoded": self.answer(gzip.compress(log), **{"Content-Encoding": "gzip"})
        elif path == "bomb": self.answer(gzip.compress(b"x" * 100000000), **{"Content-Encoding": "gzip"})
        elif path == "moved": self.answer(b"", 302, Location="/log")
        elif path == "loop": self.answer(b"", 302, Location="/loop")
        elif path == "to-file": self.answer(b"", 302, Location="file:///etc/passwd")
        elif path == "to-https": self.answer(b"", 301, Location="https://127.0.0.1/log")
        elif path == "short": self.answer(log, length=len(log) + 100)
        elif path == "slow":
            self.send_response(200); self.end_headers()
            while True: self.wfile.write(b"x"); self.wfile.flush(); time.sleep(1)
        elif path == "endless":
            self.send_response(200); self.end_headers()
            while True: self.wfile.write(b"x" * 1000000)
        else: self.send_error(404)
    def log_message(self, *_): pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    def handle_error(self, *_): pass
server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
END
"$python" server.py > port &
server=$!
trap 'kill $server 2> /dev/null || true; wait $server 2> /dev/null || true; cd /; rm -rf "$work"' EXIT
for turn in 1 2 3 4 5 6 7 8 9 10; do [ -s port ] || sleep 0.3; done
at=http://127.0.0.1:$(cat port)
export no_proxy=127.0.0.1

# A stream that trickles is given up after half a minute, while all else is tried.
"$BBBISECT" "$at/slow" > slow.out 2> slow.err & slow=$!

expect 0 "$BBBISECT" "$at/log" --json out.json
contains out "test_v fails after test_b (order-dependent)"
contains err "source: $at/log"
[ "$(json out.json source.kind)" = address ] || fail kind
expect 0 "$BBBISECT" "<$at/log>." --show
contains out "source: $at/log"
for path in log.gz encoded moved; do
  expect 0 "$BBBISECT" "$at/$path" --show
  contains out "<- victim"
done
expect 0 "$BBBISECT" "http://jo:secret@${at#http://}/log" --show --json shown.json
lacks shown.json secret
expect 0 "$BBBISECT" "http://jo:secret@${at#http://}/log" --matching
contains out "bbbisect $at/log"
lacks out secret

sentence() { count err 1; contains err "$1"; lacks err secret; [ ! -s out ] || fail "standard output is not empty"; }
expect 2 "$BBBISECT" "$at/to-file"; sentence "redirects to file:///etc/passwd, another scheme"
expect 2 "$BBBISECT" "$at/to-https"; sentence "redirects to https://127.0.0.1/log, another scheme"
expect 2 "$BBBISECT" "$at/loop"; sentence "redirects again and again"
expect 2 "$BBBISECT" "$at/short"; sentence "the server ended in the middle"
expect 2 "$BBBISECT" "$at/endless" --max-size 30M; sentence "--max-size SIZE allows more"
expect 2 "$BBBISECT" "$at/bomb" --max-size 30M; sentence "--max-size SIZE allows more"
expect 2 "$BBBISECT" "http://jo:secret@${at#http://}/nothing"; sentence "status 404"
expect 2 "$BBBISECT" "$at/#/builders/1/builds/2"; sentence "$at/ answers no question of Buildbot's REST API: is that its address?"
expect 2 "$BBBISECT" "$at/#/builders/1/builds/2abc"; sentence "what stands behind builds/ is no number of Buildbot's: 2abc"
expect 2 "$BBBISECT" "http://127.0.0.1:1/log"; sentence "cannot fetch http://127.0.0.1:1/log"

# The usual variables name a proxy.
unset no_proxy
http_proxy=$at expect 2 "$BBBISECT" "http://nowhere.invalid/log"; contains err "status 404"

# A search that is fetching is ended by Ctrl-C at once.
cat > start.py <<'END'
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
child = subprocess.Popen(sys.argv[1:])
time.sleep(1)
child.send_signal(signal.SIGINT)
sys.exit(child.wait(10) != -signal.SIGINT)
END
no_proxy=127.0.0.1 expect 0 "$python" start.py "$BBBISECT" "$at/slow"

status=0; wait $slow || status=$?
[ "$status" -eq 2 ] || fail "the slow server: exit status $status"
count slow.err 1
contains slow.err "cannot fetch $at/slow: "
