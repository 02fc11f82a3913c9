#!/bin/sh
# No header of ours includes a library's, and each library has one source file (JSON: each text that is JSON).
cd "$SOURCE" || exit 1
status=0
if grep -nE '#include *[<"](boost|pcre2|CLI/|fmt/|nlohmann|doctest|sha512|curl/|archive)' include/bbbisect/*.hpp; then status=1; fi
one() { [ "$(grep -lE "#include *[<\"]$1" src/*.?pp | tr '\n' ' ')" = "$2" ] || { grep -lE "#include *[<\"]$1" src/*.?pp; echo "wanted: $2"; status=1; }; }
one boost 'src/process.cpp '
one pcre2 'src/pattern.cpp '
one CLI/ 'src/options.cpp '
one curl/ 'src/http.cpp '
one archive 'src/archive.cpp '
one nlohmann 'src/buildbot.cpp src/copied_text.cpp src/journal.cpp src/local_build.cpp src/result_json.cpp '
exit $status
