#include <bbbisect/build.hpp>

#include <bbbisect/command.hpp>
#include <bbbisect/printable.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace bbbisect {
namespace {

using nlohmann::json;

// For every CPython from 3.6 on. What cannot be told is empty; only the version must be. A test is never
// imported, the package around them is.
constexpr const char* script = R"python(
import json, sys

def told(call, default):
    try:
        return call() or default
    except Exception:
        return default

def command(*words):
    import subprocess
    return subprocess.check_output(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20).decode().strip()

def tests():
    import test
    return list(test.__path__)[0]

def cpus():
    import os
    system = os.cpu_count()
    process = len(os.sched_getaffinity(0))
    return str(system) if system == process else "%s (process) / %s (system)" % (process, system)

def encoding():
    import locale
    return locale.getencoding() if hasattr(locale, "getencoding") else locale.getpreferredencoding(False)

def platform_name():
    import platform
    return "%s %s-endian" % (platform.platform(aliased=True), sys.byteorder)

def variable(name):
    import sysconfig
    return sysconfig.get_config_var(name)

def directory(path):
    import os, sysconfig
    return os.path.realpath(path()) if sysconfig.is_python_build() else ""

def head(source):
    import os
    return command("git", "-C", source, "rev-parse", "HEAD") if os.path.exists(os.path.join(source, ".git")) else ""

def lacks():
    import os
    missing = []
    if not os.path.exists("/dev/snd"):
        missing.append("audio")
    if os.listdir("/sys/class/net") == ["lo"]:
        missing.append("network")
    return missing

def memory():
    import os
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

source = told(lambda: directory(lambda: variable("srcdir")), "")
answer = {
    "version": sys.version,
    "debug": hasattr(sys, "gettotalrefcount"),
    "free_threaded": told(lambda: variable("Py_GIL_DISABLED") == 1, False),
    "platform": told(platform_name, ""),
    "locale": told(encoding, ""),
    "filesystem": sys.getfilesystemencoding(),
    "cpus": told(cpus, ""),
    "configure": told(lambda: variable("CONFIG_ARGS"), ""),
    "source": source,
    "build_directory": told(lambda: directory(lambda: sys.executable + "/.."), ""),
    "head": told(lambda: head(source), ""),
    "tests": told(tests, ""),
    "lacks": told(lacks, []),
    "memory": told(memory, 0),
}
print("\n" + json.dumps(answer))
)python";

// Throws json::exception where the key is missing or of another kind.
std::string text_of(const json& answer, const char* key) { return answer.at(key).get<std::string>(); }

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return printable(text);
}

LocalBuild build_from(const json& answer) {
  // What regrtest's header would say.
  Run header;
  header.version = "CPython " + one_line(text_of(answer, "version"));
  header.platform = one_line(text_of(answer, "platform"));
  header.encodings = one_line("locale=" + text_of(answer, "locale") + " FS=" + text_of(answer, "filesystem"));
  header.cpus = one_line(text_of(answer, "cpus"));
  LocalBuild local;
  local.build = build_of(header, split_words(text_of(answer, "configure")).value_or(std::vector<std::string>()));
  local.build.options_told = true;
  local.build.debug = answer.at("debug").get<bool>();
  local.build.free_threaded = answer.at("free_threaded").get<bool>();
  local.text = "Python " + one_line(text_of(answer, "version"));
  local.source = text_of(answer, "source");
  local.build_directory = text_of(answer, "build_directory");
  local.head = one_line(text_of(answer, "head"));
  local.test_directory = text_of(answer, "tests");
  for (const json& resource : answer.at("lacks")) local.lacks.insert(printable(resource.get<std::string>()));
  local.memory = answer.at("memory").get<double>();
  return local;
}

}  // namespace

// Isolated from the environment and from what site adds: what is asked is the build.
std::vector<std::string> build_question() { return {"-I", "-S", "-c", script}; }

std::optional<LocalBuild> read_local_build(std::string_view output) {
  constexpr std::size_t longest = 64 * 1024;
  while (output.ends_with('\n') || output.ends_with('\r')) output.remove_suffix(1);
  // Warnings may stand above it.
  const std::string_view line = output.substr(output.rfind('\n') + 1);
  if (line.empty() || line.size() > longest || line.front() != '{') return std::nullopt;
  const json answer = json::parse(line, nullptr, false);
  if (!answer.is_object()) return std::nullopt;
  try {
    return build_from(answer);
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace bbbisect
