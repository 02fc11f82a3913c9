#include <bbbisect/error.hpp>
#include <bbbisect/options.hpp>
#include <bbbisect/side_by_side.hpp>

#include "log_text.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

namespace bbbisect {
namespace {

constexpr const char* description =
    "Explains why a test failed in LOG, the stdio log of a test step (- is standard\n"
    "input): the order, the flags or chance, with the proof and a command to paste.\n";

constexpr const char* footer =
    "Exit status: 0 explained by the order, 6 to 10 by something else, 3 fails alone,\n"
    "4 not reproduced, 5 inconclusive, 1 trouble, 2 usage, 130 Ctrl-C; bbbisect(1).\n";

// Groups of options: what most calls need, and what is told by --help alone.
constexpr const char* usual = "Usual";
constexpr const char* further = "Further";
constexpr const char* source = "Source";  // --help alone, too

// -h fits a screen of 24 rows; --help has all of it.
class Help : public CLI::Formatter {
 public:
  Help() { column_width(22); }
  std::string make_help(const CLI::App* app, std::string /*name*/, CLI::AppFormatMode mode) const override {
    std::string text = std::string("Usage: bbbisect [OPTIONS] LOG [-- RUNNER-OPTION...]\n") + description;
    for (const std::string& group : app->get_groups()) {
      if ((group == further || group == source) && mode != CLI::AppFormatMode::All) continue;
      const std::vector<const CLI::Option*> options = app->get_options(
          [&](const CLI::Option* option) { return option->get_group() == group && option->nonpositional(); });
      for (const CLI::Option* option : options) text += make_option(option, false);
    }
    return text + footer;
  }
};

}  // namespace

std::optional<Seconds> parse_duration(std::string_view text) {
  static const std::map<char, double> units{{'s', 1.0}, {'m', 60.0}, {'h', 3600.0}};
  double total = 0;
  while (!text.empty()) {
    std::size_t digits = text.find_first_not_of("0123456789.");
    if (digits == 0) return std::nullopt;
    digits = std::min(digits, text.size());
    const std::string number(text.substr(0, digits));
    if (std::count(number.begin(), number.end(), '.') > 1 || number == ".") return std::nullopt;
    double unit = 1.0;
    text.remove_prefix(digits);
    if (!text.empty()) {
      const auto found = units.find(text.front());
      if (found == units.end()) return std::nullopt;
      unit = found->second;
      text.remove_prefix(1);
    }
    total += std::strtod(number.c_str(), nullptr) * unit;
  }
  if (!(total > 0) || total > 1e9) return std::nullopt;
  return Seconds(total);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  static const std::map<char, int> units{{'K', 10}, {'M', 20}, {'G', 30}, {'T', 40}};
  const auto unit = text.empty() ? units.end() : units.find(text.back());
  if (unit != units.end()) text.remove_suffix(1);
  const int shift = unit == units.end() ? 0 : unit->second;
  const std::optional<std::uint64_t> number = to_number<std::uint64_t>(text);
  if (!number || *number == 0 || *number > (std::uint64_t(1) << 60 >> shift)) return std::nullopt;
  return *number << shift;
}

std::optional<Options> parse_options(int argc, const char* const* argv) {
  // CLI11 takes what follows "--" for more positionals; here it is the runner's.
  const auto separator = std::find(argv + 1, argv + argc, std::string_view("--"));
  Options options;
  if (separator != argv + argc) options.runner_options.assign(separator + 1, argv + argc);

  CLI::App app;
  app.name("bbbisect");
  app.formatter(std::make_shared<Help>());

  std::string log;
  app.add_option("LOG", log, "The log of the test step: a file, an address, or - for standard input")->option_text(" ");

  const auto path = [](std::optional<std::filesystem::path>& into) {
    return [&into](const std::string& text) { into = text; };
  };
  app.add_option("--python", options.python, "Python to replay with [./python or ./python.exe]")
      ->option_text("PATH")
      ->group(usual);
  CLI::Option* builder = app.add_option("--builder", options.builder, "Explain a build of this one, instead of LOG")
                             ->option_text("NAME")
                             ->group(source);
  app.add_option_function<std::string>(
         "--build",
         [&options](const std::string& text) {
           options.build = to_number<std::uint64_t>(text);
           if (!options.build) throw Error(fmt::format("--build {}: give the number of a build", text));
         },
         "Which of its builds [the latest that failed]")
      ->option_text("N")
      ->group(source)
      ->needs(builder);
  app.add_option("--buildbot", options.buildbot, "Where it is [https://buildbot.python.org/]")
      ->option_text("URL")
      ->group(source)
      ->needs(builder);
  app.add_option_function<std::string>(
         "--max-size",
         [&options](const std::string& text) {
           const std::optional<std::uint64_t> size = parse_size(text);
           if (!size) throw Error(fmt::format("--max-size {} is no size: write 500M or 2G", text));
           options.max_size = *size;
         },
         "Download and unpack no more than that [2G]")
      ->option_text("SIZE")
      ->group(source);
  app.add_option_function<std::string>("-C", path(options.directory), "Start in DIR, as if called there")
      ->option_text("DIR")
      ->group(further);
  app.add_option("--test", options.test, "The victim, where several failed [the first]")
      ->option_text("NAME")
      ->group(usual);
  app.add_option_function<std::vector<std::string>>(
         "--passing",
         [&options](const std::vector<std::string>& logs) { options.passing.assign(logs.begin(), logs.end()); },
         "A log of the builder in which it passed; any number")
      ->option_text("LOG")
      ->allow_extra_args(false)
      ->group(further);
  app.add_option_function<std::vector<std::string>>(
         "--failing",
         [&options](const std::vector<std::string>& logs) { options.failing.assign(logs.begin(), logs.end()); },
         "One in which it failed as well; any number")
      ->option_text("LOG")
      ->allow_extra_args(false)
      ->group(further);
  app.add_flag("--show", options.show, "Print what the log says and what would be run")->group(usual);
  app.add_flag("--order", options.order, "Print the whole sequence, a name a line")->group(further);
  app.add_flag("--dry-run", options.dry_run, "Print the plan and what it will cost; run nothing")->group(usual);

  app.add_flag("--matching", options.matching, "Print what makes a build like the log's")->group(further);

  app.add_option("--runs", options.runs, "See each claim K times [2]")->option_text("K")->group(usual);
  app.add_option("--confidence", options.confidence, "To name one where chance plays a part [0.99]")
      ->option_text("P")
      ->group(usual);
  app.add_flag("--all", options.all, "Go on until no other group of culprits is left")->group(usual);
  static const std::map<std::string, Branch> branches{
      {"order", Branch::order}, {"flags", Branch::flags}, {"transient", Branch::transient}};
  app.add_option_function<std::string>(
         "--only",
         [&options](const std::string& text) {
           const auto found = branches.find(text);
           if (found == branches.end()) throw Error(fmt::format("--only {}: write order, flags or transient", text));
           options.only = found->second;
         },
         "Ask only about the order, flags or transient [all]")
      ->option_text("WHAT")
      ->group(usual);
  app.add_flag("--all-failures", options.all_failures, "Explain every failed test of the log")->group(usual);
  app.add_option("--jobs", options.jobs, "Run up to N parts of a probe at a time [1]")->option_text("N")->group(usual);
  app.add_option_function<std::string>(
         "--timeout",
         [&options](const std::string& text) {
           options.timeout = parse_duration(text);
           if (!options.timeout) {
             throw Error(fmt::format("--timeout {} is no duration: write 90s, 15m or 1h30m", text));
           }
         },
         "End a probe after 90s, 15m, 1h ... [by the log]")
      ->option_text("DURATION")
      ->group(usual);
  app.add_option_function<std::string>(
         "--state", [&options](const std::string& text) { options.state = text; },
         "Where the journal is kept [.bbbisect]")
      ->option_text("DIR")
      ->group(further);
  app.add_flag("--fresh", options.fresh, "Forget the journal of this search")->group(usual);

  app.add_option_function<std::string>("--json", path(options.json), "The result as JSON too (- is standard output)")
      ->option_text("FILE")
      ->group(usual);
  app.add_flag("-q,--quiet", options.quiet, "No narration")->group(usual);
  app.add_flag("-v,--verbose", options.verbose, "Print each probe's command")->group(usual);
  static const std::map<std::string, Color> colors{
      {"auto", Color::automatic}, {"always", Color::always}, {"never", Color::never}};
  app.add_option_function<std::string>(
         "--color",
         [&options](const std::string& text) {
           const auto found = colors.find(text);
           if (found == colors.end()) throw Error(fmt::format("--color {}: write auto, always or never", text));
           options.color = found->second;
         },
         "auto, always or never [auto]")
      ->option_text("WHEN")
      ->group(further);

  app.set_help_flag("-h", "Print the options that most calls need")->group(usual);
  app.set_help_all_flag("--help", "Print all options")->group(usual);
  app.set_version_flag("--version", "bbbisect " BBBISECT_VERSION, "Print the version")->group(usual);

  try {
    app.parse(static_cast<int>(separator - argv), argv);
  } catch (const CLI::Success& success) {
    app.exit(success);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    std::string sentence = error.what();
    std::replace(sentence.begin(), sentence.end(), '\n', ' ');
    throw Error(fmt::format("{} (the runner's own options stand behind --; see bbbisect --help)", sentence));
  }
  if (log.empty() && options.builder.empty()) {
    throw Error("no LOG is named: give the log of a test step, or - for standard input (see bbbisect --help)");
  }
  if (!log.empty() && !options.builder.empty()) throw Error("--builder stands in place of a LOG: give one of them");
  options.log = log;
  if (options.runs < 1 || options.runs > 100) throw Error("--runs K: K is a number from 1 to 100");
  if (!(options.confidence >= 0.5 && options.confidence <= 0.999999))
    throw Error("--confidence P: P is a number from 0.5 to 0.999999");
  if (options.jobs < 1 || options.jobs > most_jobs)
    throw Error(fmt::format("--jobs N: N is a number from 1 to {}", most_jobs));
  if (static_cast<int>(options.show) + static_cast<int>(options.order) + static_cast<int>(options.dry_run) +
          static_cast<int>(options.matching) >
      1)
    throw Error("--show, --order, --dry-run and --matching exclude each other: ask for one of them");
  if (options.all_failures && (options.test || options.order || options.show || options.dry_run || options.matching))
    throw Error(
        "--all-failures explains every failed test: it goes with none of --test, --show, --order, --dry-run, "
        "--matching");
  if (options.matching && options.json) throw Error("--matching prints commands, not JSON: use --show --json FILE");
  if (options.order && options.json) throw Error("--order prints names, not JSON: use --show --json FILE");
  return options;
}

}  // namespace bbbisect
