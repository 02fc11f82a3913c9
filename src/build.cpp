#include <bbbisect/build.hpp>

#include "build_text.hpp"
#include "log_text.hpp"

#include <algorithm>
#include <iterator>

namespace bbbisect {
namespace {

// "GCC 12.2.0" of "CPython 3.12.0a7+ (heads/main:3f2a5c1, Apr 5 2023, 10:00:00) [GCC 12.2.0]", which is
// sys.version behind the name of the implementation.
void take_version(Build& build, std::string_view text) {
  const std::size_t start = text.find_first_of("0123456789");
  const std::size_t open = text.find('(');
  if (start == std::string_view::npos || open == std::string_view::npos || open < start) return;
  build.version = text.substr(start, text.find(' ', start) - start);
  std::string_view of = text.substr(open + 1);
  of = of.substr(0, of.find_first_of(",)"));
  const std::size_t colon = of.rfind(':');
  build.branch = trimmed(of.substr(0, colon));
  if (colon != std::string_view::npos) {
    build.commit = commit_of(trimmed(of.substr(colon + 1)));
  }
  const std::size_t bracket = text.find('[', open);
  if (bracket != std::string_view::npos) {
    build.compiler = text.substr(bracket + 1, text.rfind(']') - bracket - 1);
  }
  build.free_threaded = text.find("free-threading build") != std::string_view::npos;
}

// One name for what systems call an architecture in their own way.
std::string architecture_of(std::string_view word) {
  static constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"x86_64", "x86_64"}, {"amd64", "x86_64"},    {"aarch64", "aarch64"}, {"arm64", "aarch64"},
      {"i386", "x86"},      {"i586", "x86"},        {"i686", "x86"},        {"armv6l", "armv6l"},
      {"armv7l", "armv7l"}, {"armv8l", "armv8l"},   {"ppc64le", "ppc64le"}, {"ppc64", "ppc64"},
      {"s390x", "s390x"},   {"riscv64", "riscv64"}, {"sparc64", "sparc64"}, {"loongarch64", "loongarch64"},
      {"mips64", "mips64"}, {"wasm32", "wasm32"},
  };
  const std::string name = lower(word);
  const auto* found = std::ranges::find(known, name, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(known) ? std::string() : std::string(found->second);
}

// "Linux-6.1.0-x86_64-with-glibc2.36 little-endian", "macOS-13.6-arm64-arm-64bit little-endian",
// "Windows-10-10.0.19045-SP0 little-endian", where the compiler tells: "MSC v.1937 64 bit (AMD64)".
void take_platform(Build& build, const std::string& text) {
  build.platform = text;
  build.system = text.substr(0, text.find('-'));
  if (build.system == "Darwin") build.system = "macOS";  // as platform.platform() calls it from 3.8 on
  for (const std::string& word : words_of(text, "- ")) {
    if (build.architecture.empty()) build.architecture = architecture_of(word);
  }
  for (const std::string& word : words_of(build.compiler, " ()")) {
    if (build.architecture.empty()) build.architecture = architecture_of(word);
  }
}

// "locale=UTF-8, FS=utf-8"; since 3.9 without the comma.
void take_encodings(Build& build, std::string_view text) {
  for (const std::string& word : words_of(text, ", ")) {
    if (word.starts_with("locale=")) build.locale_encoding = word.substr(7);
    if (word.starts_with("FS=")) build.filesystem_encoding = word.substr(3);
  }
}

// Options of configure that change what is built and run nothing that is named. The value, where one may be
// given, is a word of small letters, digits and dashes.
constexpr std::string_view configure_options[] = {
    "--disable-gil",
    "--disable-ipv6",
    "--enable-big-digits",
    "--enable-bolt",
    "--enable-experimental-jit",
    "--enable-ipv6",
    "--enable-loadable-sqlite-extensions",
    "--enable-optimizations",
    "--enable-profiling",
    "--enable-pystats",
    "--enable-safety",
    "--enable-shared",
    "--enable-slower-safety",
    "--with-address-sanitizer",
    "--with-assertions",
    "--with-computed-gotos",
    "--with-dtrace",
    "--with-hash-algorithm",
    "--with-lto",
    "--with-memory-sanitizer",
    "--with-mimalloc",
    "--with-pydebug",
    "--with-pymalloc",
    "--with-strict-overflow",
    "--with-system-expat",
    "--with-system-libmpdec",
    "--with-tail-call-interp",
    "--with-thread-sanitizer",
    "--with-trace-refs",
    "--with-undefined-behavior-sanitizer",
    "--with-valgrind",
    "--without-c-locale-coercion",
    "--without-computed-gotos",
    "--without-decimal-contextvar",
    "--without-doc-strings",
    "--without-freelists",
    "--without-mimalloc",
    "--without-pymalloc",
    "--without-static-libpython",
};

bool is_known_option(std::string_view word) {
  constexpr std::size_t longest = 24;
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view value = word.substr(equals);
  return std::ranges::find(configure_options, word.substr(0, equals)) != std::end(configure_options) &&
         value.size() <= longest &&
         std::ranges::all_of(value.substr(std::min<std::size_t>(1, value.size())),
                             [](char c) { return is_digit(c) || is_lower(c) || c == '-'; });
}

bool says_no(std::string_view option) { return option.ends_with("=no"); }

void take_options(Build& build, const std::vector<std::string>& configure) {
  if (configure.empty()) return;
  build.options_told = true;
  build.debug = build.debug.value_or(false);
  for (const std::string& word : configure) {
    if (names(word, "--with-pydebug")) {
      build.debug = !says_no(word);
    } else if (names(word, "--disable-gil")) {
      build.free_threaded = !says_no(word);
    } else if (is_known_option(word) && !says_no(word)) {
      const bool usual = word.ends_with("=yes") || word == "--with-lto=full";
      build.options.insert(usual ? word.substr(0, word.find('=')) : word);
    }
  }
}

// "release JIT (disabled) shared LTO+PGO dtrace"; libregrtest/utils.py, get_build_info().
void take_build_line(Build& build, std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> meanings[] = {
      {"with_assert", "--with-assertions"},
      {"shared", "--enable-shared"},
      {"LTO", "--with-lto"},
      {"ThinLTO", "--with-lto=thin"},
      {"PGO", "--enable-optimizations"},
      {"BOLT", "--enable-bolt"},
      {"ASAN", "--with-address-sanitizer"},
      {"MSAN", "--with-memory-sanitizer"},
      {"UBSAN", "--with-undefined-behavior-sanitizer"},
      {"TSAN", "--with-thread-sanitizer"},
      {"TraceRefs", "--with-trace-refs"},
      {"pystats", "--enable-pystats"},
      {"valgrind", "--with-valgrind"},
      {"dtrace", "--with-dtrace"},
      {"JIT", "--enable-experimental-jit"},
      {"(disabled)", "=yes-off"},
      {"(interpreter)", "=interpreter"},
  };
  if (text.empty()) return;
  build.options_told = true;
  const std::string jit = "--enable-experimental-jit";
  for (const std::string& word : words_of(text, " +,")) {
    if (word == "debug" || word == "release") build.debug = word == "debug";
    if (word == "free_threading") build.free_threaded = true;
    for (const auto& [name, option] : meanings) {
      if (word != name) continue;
      if (option.starts_with('=')) {
        if (build.options.erase(jit) > 0) build.options.insert(jit + std::string(option));
      } else {
        build.options.emplace(option);
      }
    }
  }
}

}  // namespace

std::string commit_of(std::string_view text) {
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  const std::string commit = lower(text);
  const bool good = commit.size() >= 7 && commit.size() <= 40 && std::ranges::all_of(commit, is_hex);
  return good ? commit : std::string();
}

std::optional<Release> release_of(std::string_view version) {
  Release release;
  release.in_between = version.ends_with('+');
  if (release.in_between) version.remove_suffix(1);
  release.name = version;
  const std::vector<std::string> parts = words_of(version, ".");
  if (version.size() > 20 || parts.size() != 3 || std::ranges::count(version, '.') != 2) return std::nullopt;
  std::string_view micro = parts[2];
  micro.remove_prefix(std::min(micro.find_first_not_of("0123456789"), micro.size()));
  for (const std::string_view level : {"a", "b", "rc"}) {
    if (micro.starts_with(level) && all_digits(micro.substr(level.size()))) micro = {};
  }
  const bool good = all_digits(parts[0]) && all_digits(parts[1]) && is_digit(parts[2].front()) && micro.empty();
  return good ? std::optional<Release>(release) : std::nullopt;
}

Build build_of(const Run& run, const std::vector<std::string>& configure) {
  Build build;
  take_version(build, run.version);
  if (!run.platform.empty()) take_platform(build, run.platform);
  take_encodings(build, run.encodings);
  build.cpus = run.cpus;
  take_options(build, configure);
  take_build_line(build, run.build);
  // Windows has a name for it.
  if (!build.debug && !run.command.empty() && run.command.front().find("python_d") != std::string::npos)
    build.debug = true;
  return build;
}

}  // namespace bbbisect
