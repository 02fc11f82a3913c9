#include <bbbisect/conditions.hpp>

#include "harmless.hpp"

#include <algorithm>
#include <string_view>

namespace bbbisect {
namespace {

constexpr std::string_view digits = "0123456789";

// A variable that may matter to a test, and what its value may be. None that names what is run, loaded, read or
// written: PATH, HOME, PYTHONPATH, PYTHONSTARTUP, LD_PRELOAD, LOCPATH, TZDIR, TMPDIR and all that are not here.
struct Variable {
  std::string_view name;
  WordKind value = WordKind::flag;
};

constexpr Variable variables[] = {
    {"LANG", WordKind::locale},
    {"LANGUAGE", WordKind::locales},
    {"LC_ADDRESS", WordKind::locale},
    {"LC_ALL", WordKind::locale},
    {"LC_COLLATE", WordKind::locale},
    {"LC_CTYPE", WordKind::locale},
    {"LC_MESSAGES", WordKind::locale},
    {"LC_MONETARY", WordKind::locale},
    {"LC_NUMERIC", WordKind::locale},
    {"LC_TIME", WordKind::locale},
    {"TZ", WordKind::zone},
    {"TERM", WordKind::terminal},
    {"COLUMNS", WordKind::size},
    {"LINES", WordKind::size},
    {"CI"},
    {"GITHUB_ACTIONS"},
    {"NO_COLOR"},
    {"FORCE_COLOR"},
    {"MALLOC_PERTURB_", WordKind::frames},
    {"PYTHONASYNCIODEBUG"},
    {"PYTHONCOERCECLOCALE"},
    {"PYTHONDEVMODE"},
    {"PYTHONDONTWRITEBYTECODE"},
    {"PYTHONFAULTHANDLER"},
    {"PYTHONHASHSEED", WordKind::hash_seed},
    {"PYTHONINTMAXSTRDIGITS", WordKind::digits_limit},
    {"PYTHONIOENCODING", WordKind::encoding},
    {"PYTHONMALLOC", WordKind::allocator},
    {"PYTHONNODEBUGRANGES"},
    {"PYTHONOPTIMIZE"},
    {"PYTHONTRACEMALLOC", WordKind::frames},
    {"PYTHONUNBUFFERED"},
    {"PYTHONUTF8", WordKind::off_or_on},
    {"PYTHONWARNDEFAULTENCODING"},
    {"PYTHONWARNINGS", WordKind::filters},
    {"PYTHON_COLORS"},
    {"PYTHON_CPU_COUNT", WordKind::cpus},
    {"PYTHON_GIL", WordKind::off_or_on},
    {"PYTHON_JIT"},
    {"PYTHON_CONTEXT_AWARE_WARNINGS"},
    {"PYTHON_THREAD_INHERIT_CONTEXT"},
};

// A locale with the encoding that the header of a log tells; nullopt where that is nothing special.
std::optional<std::string> locale_with(const std::string& encodings) {
  static constexpr std::pair<std::string_view, std::string_view> locales[] = {
      {"ISO-8859-15", "de_DE@euro"},     {"ISO-8859-1", "en_US.ISO-8859-1"}, {"ISO8859-15", "de_DE@euro"},
      {"ISO8859-1", "en_US.ISO-8859-1"}, {"latin-1", "en_US.ISO-8859-1"},    {"US-ASCII", "C"},
      {"ANSI_X3.4-1968", "C"},           {"cp1252", "en_US.CP1252"},         {"EUC-JP", "ja_JP.EUC-JP"},
  };
  const std::size_t at = encodings.find("locale=");
  if (at == std::string::npos) return std::nullopt;
  std::string_view told = std::string_view(encodings).substr(at + 7);
  told = told.substr(0, told.find_first_of(", "));
  for (const auto& [encoding, locale] : locales) {
    if (told == encoding) return std::string(locale);
  }
  return std::nullopt;
}

// "all,-cpu" on top of `resources`; libregrtest/cmdline.py, _parse_args().
void use(std::vector<std::string>& resources, std::string_view value, const std::vector<std::string>& all) {
  while (!value.empty()) {
    std::string_view word = value.substr(0, value.find(','));
    value.remove_prefix(std::min(word.size() + 1, value.size()));
    if (word == "all" || word == "none") {
      resources.clear();
      if (word == "all") resources = all;
      continue;
    }
    const bool removes = word.starts_with('-');
    if (removes) word.remove_prefix(1);
    const auto found = std::ranges::find(resources, word);
    if (removes && found != resources.end()) resources.erase(found);
    if (!removes && found == resources.end()) resources.emplace_back(word);
  }
}

Factors intersection(const Factors& a, const Factors& b) {
  Factors both;
  std::ranges::set_intersection(a, b, std::inserter(both, both.end()));
  return both;
}

Factors difference(const Factors& a, const Factors& b) {
  Factors rest;
  std::ranges::set_difference(a, b, std::inserter(rest, rest.end()));
  return rest;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

// "--timeout=20" and "--use=network" as people write them.
std::string readable(const std::string& word) {
  if (word.starts_with("--use=")) return "-u " + word.substr(6);
  if (word == "--verbose3") return "-W (of regrtest)";
  if (word.starts_with("-W")) return "-W " + word.substr(2);
  if (word.starts_with("-X")) return "-X " + word.substr(2);
  return word;
}

constexpr std::string_view use_option = "--use=";

}  // namespace

Circumstances::Circumstances(Replay whole, const ReplayNeeds& needs, const Surroundings& surroundings)
    : whole_(std::move(whole)), left_out_(surroundings.left_out) {
  for (const std::string& word : whole_.options.python_options) add_python(word);

  std::vector<std::string> resources;
  const std::vector<std::string>& words = whole_.options.runner_options;
  const auto own = words.end() - static_cast<std::ptrdiff_t>(std::min(needs.extra.size(), words.size()));
  for (auto word = words.begin(); word != own; ++word) {
    const bool needed = (needs.leak && word->starts_with("--huntrleaks")) ||
                        (needs.env_changed && (*word == "--fail-env-changed" || *word == "--findleaks"));
    if (needed) {
      runner_.push_back({{*word}, {}});
    } else if (word->starts_with(use_option) && !whole_.features.resources.empty()) {
      resources.push_back(word->substr(use_option.size()));
    } else {
      runner_.push_back({{}, {add(Factor::Kind::runner_option, readable(*word), *word)}});
    }
  }
  if (!resources.empty()) add_resources(resources);
  runner_.push_back({{own, words.end()}, {}});
  if (whole_.seed) seed_ = add(Factor::Kind::seed, "--randseed=" + *whole_.seed, "");
  for (const auto& [name, value] : surroundings.held) {
    held_[add(Factor::Kind::variable, name + "=" + value, "")] = {name, value};
  }
  for (std::size_t i = 0; i < factors_.size(); ++i) logged_.insert(i);
  add_variables(surroundings.tried);
}

std::size_t Circumstances::add(Factor::Kind kind, const std::string& name, const std::string& word) {
  factors_.push_back({kind, name});
  words_.push_back(word);
  return factors_.size() - 1;
}

// "-bbE" is two of them; the output must come unbuffered in any case.
void Circumstances::add_python(const std::string& word) {
  Piece piece;
  for (std::size_t i = 1; i < word.size();) {
    const bool has_value = word[i] == 'W' || word[i] == 'X';
    const std::size_t end = has_value ? word.size() : std::min(word.find_first_not_of(word[i], i), word.size());
    const std::string part = "-" + word.substr(i, end - i);
    if (word[i] == 'u') {
      piece.fixed.push_back(part);
    } else {
      piece.parts.insert(add(Factor::Kind::python_option, readable(part), part));
    }
    i = end;
  }
  python_.push_back(std::move(piece));
}

void Circumstances::add_resources(const std::vector<std::string>& values) {
  std::vector<std::string> enabled;
  for (const std::string& value : values) use(enabled, value, whole_.features.resources);
  Piece piece;
  for (const std::string& resource : enabled) {
    piece.parts.insert(add(Factor::Kind::resource, "-u " + resource, std::string(use_option) + resource));
  }
  runner_.push_back(std::move(piece));
}

void Circumstances::add_variables(const Environment& tried) {
  for (const auto& [name, value] : tried) {
    const std::size_t number = add(Factor::Kind::variable, value ? name + "=" + *value : name + " unset", "");
    changes_[number] = {{name, value}};
    variables_.insert(number);
  }
}

std::vector<std::string> Circumstances::words_of(const std::vector<Piece>& pieces, const Factors& on) const {
  std::vector<std::string> words;
  for (const Piece& piece : pieces) {
    words.insert(words.end(), piece.fixed.begin(), piece.fixed.end());
    std::string resources;
    for (const std::size_t part : piece.parts) {
      if (!on.contains(part)) continue;
      if (factors_[part].kind == Factor::Kind::resource) {
        resources += (resources.empty() ? "" : ",") + words_[part].substr(use_option.size());
      } else {
        words.push_back(words_[part]);
      }
    }
    if (!resources.empty()) words.push_back(std::string(use_option) + resources);
  }
  return words;
}

Replay Circumstances::replay(const Conditions& conditions) const {
  Replay replay = whole_;
  if (!std::ranges::includes(conditions.factors, logged_)) {
    replay.options.python_options = words_of(python_, conditions.factors);
    replay.options.runner_options = words_of(runner_, conditions.factors);
  }
  replay.seed = seed(conditions);
  for (const std::string& name : left_out_) replay.environment[name] = std::nullopt;
  // It is set where we are; whoever is told that it matters must be told to set it.
  const bool all_held = std::ranges::includes(conditions.factors, logged_);
  for (const auto& [number, variable] : held_) {
    const auto& [name, value] = variable;
    if (!conditions.factors.contains(number)) replay.environment[name] = std::nullopt;
    if (!all_held && conditions.factors.contains(number)) replay.environment[name] = value;
  }
  for (const auto& [number, change] : changes_) {
    if (!conditions.factors.contains(number)) continue;
    for (const auto& [name, value] : change) replay.environment[name] = value;
  }
  replay.workers = conditions.workers;
  replay.load = conditions.load;
  return replay;
}

// Other seeds are the small numbers: whoever pastes them will not mistype them.
std::optional<std::string> Circumstances::seed(const Conditions& conditions) const {
  if (!seed_ || conditions.factors.contains(*seed_)) return whole_.seed;
  const int other = conditions.other_seed;
  // Should the log's be one of them, the next takes its place.
  const bool taken = whole_.seed && whole_.seed->size() < 9 &&
                     whole_.seed->find_first_not_of(digits) == std::string::npos && std::stoi(*whole_.seed) <= other;
  return std::to_string(taken ? other + 1 : other);
}

std::vector<std::string> Circumstances::names(const Factors& factors) const {
  std::vector<std::string> names;
  for (const std::size_t factor : factors) names.push_back(factors_[factor].name);
  return names;
}

std::string Circumstances::describe(const Conditions& conditions) const {
  constexpr std::size_t few = 4;
  Factors options = logged_;
  if (seed_) options.erase(*seed_);
  const Factors on = intersection(options, conditions.factors);
  const Factors off = difference(options, conditions.factors);
  std::vector<std::string> parts;
  if (!off.empty() && on.empty()) {
    parts.emplace_back("the runner's defaults");
  } else if (!off.empty() && off.size() <= std::min(few, on.size())) {
    parts.push_back("without " + listed(names(off)));
  } else if (!off.empty() && on.size() <= few) {
    parts.push_back("only " + listed(names(on)));
  } else if (!off.empty()) {
    parts.push_back(std::to_string(on.size()) + " of " + std::to_string(options.size()) + " options, " +
                    factors_[*on.begin()].name + " to " + factors_[*on.rbegin()].name);
  }
  // Among other options than the log's, which other seed there is matters only where several are compared.
  const bool logs_seed = seed_ && conditions.factors.contains(*seed_);
  const bool seed_counts = logs_seed ? !off.empty() : off.empty() || conditions.other_seed != Conditions{}.other_seed;
  if (seed_ && seed_counts) parts.push_back("seed " + seed(conditions).value_or(""));
  const Factors surroundings = intersection(variables_, conditions.factors);
  if (!surroundings.empty()) {
    parts.push_back(surroundings.size() > few ? "the log's environment" : listed(names(surroundings)));
  }
  if (conditions.workers > 0) parts.push_back("-j" + std::to_string(conditions.workers));
  if (conditions.load > 0) parts.push_back("under load");
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

Surroundings surroundings_of(const std::map<std::string, std::string>& log, const std::string& encodings,
                             const std::map<std::string, std::string>& own) {
  Surroundings result;
  const auto value_in = [](const std::map<std::string, std::string>& in, std::string_view name) {
    const auto found = in.find(std::string(name));
    return found != in.end() ? std::optional<std::string>(found->second) : std::nullopt;
  };
  for (const Variable& variable : variables) {
    const std::string name(variable.name);
    const std::optional<std::string> then = value_in(log, name);
    const std::optional<std::string> now = value_in(own, name);
    const bool harmless = !then || why_not(variable.value, *then).empty();
    // Who does not want caches beside the sources is not given any, unless the log says that it matters.
    const bool ours = name.starts_with("PYTHON") && now && (name != "PYTHONDONTWRITEBYTECODE" || then);
    if (ours && (log.empty() || then == now)) {
      result.held[name] = *now;
    } else if (!log.empty() && then != now) {
      if (ours) result.left_out.insert(name);
      const bool is_a_change = then || !name.starts_with("PYTHON");
      if (harmless && is_a_change) result.tried[name] = then;
    }
  }
  if (!log.empty()) return result;
  const std::optional<std::string> locale = locale_with(encodings);
  if (locale && value_in(own, "LC_ALL") != locale) result.tried["LC_ALL"] = locale;
  return result;
}

std::vector<std::string> watched_variables(const std::map<std::string, std::string>& own) {
  std::vector<std::string> words;
  for (const Variable& variable : variables) {
    const auto found = own.find(std::string(variable.name));
    if (found != own.end()) words.push_back(found->first + "=" + found->second);
  }
  return words;
}

}  // namespace bbbisect
