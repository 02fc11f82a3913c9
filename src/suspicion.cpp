#include "log_text.hpp"

#include <bbbisect/cleared.hpp>
#include <bbbisect/suspicion.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace bbbisect {
namespace {

// How much each ground can add to a factor of 1. Round numbers, since two dozen known failures support no
// finer ones: tests/bench/suspicion_weights.sh shows that the square root of the factors helps as well, only
// less, and that their square makes failures dear that they do not foresee. No known failure tells of the
// environment.
constexpr double altered_environment = 4;
constexpr double altered_what_victim_uses = 12;
constexpr double named_in_traceback = 8;
constexpr double imports_what_is_named = 2;
constexpr double shares_modules = 3;
constexpr double replaces_modules = 2;
constexpr double turns_modules_over = 2;
constexpr double directly_before = 9;
constexpr double most = 20;

// Where a ground has half of its weight: information in nats (a module that one test in 90 uses has 4.5), and
// mentions of the table of modules.
constexpr double half_shared = 10;
constexpr double half_replaced = 5;
constexpr double half_upheavals = 10;

double saturated(double amount, double half) { return amount / (amount + half); }

// The modules that every traceback of the runner goes through.
bool is_harness(std::string_view module) {
  constexpr std::array<std::string_view, 8> harness = {"test.libregrtest", "test.regrtest",  "test.support",
                                                       "test.__main__",    "runpy",          "unittest.case",
                                                       "unittest.suite",   "unittest.runner"};
  return std::any_of(harness.begin(), harness.end(), [&](std::string_view start) {
    return module.starts_with(start) && (module.size() == start.size() || module[start.size()] == '.');
  });
}

/// The test itself and the modules that it is named after: "test_x.test_y" is "test_x", "x" and "y".
ModuleNames names_of(std::string_view test) {
  ModuleNames names;
  test = module_of(test);
  add_name(names, test);
  while (!test.empty()) {
    const std::size_t dot = std::min(test.find('.'), test.size());
    const std::string_view part = test.substr(0, dot);
    if (part.starts_with("test_")) add_name(names, part.substr(5));
    test.remove_prefix(std::min(dot + 1, test.size()));
  }
  return names;
}

/// What the victim's traceback names: the modules of its frames, and what of the environment it altered.
ModuleNames modules_of(const Question& question) {
  ModuleNames names;
  if (!question.failure) return names;
  for (const std::string& module : question.failure->modules) {
    if (!is_harness(module)) add_name(names, module);
  }
  for (const std::string& part : question.failure->altered) add_name(names, part);
  // Its own name is no news, and the frames of its own file are always there.
  for (const std::string& own : names_of(question.victim)) {
    if (own.starts_with("test_")) names.erase(own);
  }
  return names;
}

bool intersect(const ModuleNames& a, const ModuleNames& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& name) { return b.contains(name); });
}

const Touches* touches_of_test(const Sources& sources, const std::string& test) {
  const auto found = sources.find(test);
  return found == sources.end() ? nullptr : &found->second;
}

/// What it tells that a test touches a module: nothing when all tests do.
class Information {
 public:
  explicit Information(const Sources& sources) : tests_(static_cast<double>(std::max<std::size_t>(sources.size(), 1))) {
    for (const auto& [test, touches] : sources) {
      ModuleNames all = touches.uses;
      all.merge(names_of(test));
      for (const std::string& name : all) ++users_[name];
    }
  }

  [[nodiscard]] double of(const std::string& name) const {
    const auto found = users_.find(name);
    return found == users_.end() ? 0 : std::log(tests_ / found->second);
  }
  [[nodiscard]] double most() const { return std::log(tests_); }

  [[nodiscard]] double shared(const ModuleNames& a, const ModuleNames& b) const {
    double sum = 0;
    for (const std::string& name : a) {
      if (b.contains(name)) sum += of(name);
    }
    return sum;
  }

 private:
  double tests_;
  std::map<std::string, double> users_;
};

/// "asyncio.events._event_loop_policy" in words: "asyncio", "events", "event", "loop", "policy".
std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (word.size() > 1) words.insert(word);
    word.clear();
  };
  for (const char c : text) {
    if (is_word(c) && c != '_') {
      word += c;
    } else {
      end_word();
    }
  }
  end_word();
  return words;
}

}  // namespace

Suspicion suspicion_by_environment(const Question& question) {
  std::set<std::string> victims_words;
  ModuleNames named = modules_of(question);
  named.merge(names_of(question.victim));
  for (const std::string& name : named) victims_words.merge(words_of(name));
  victims_words.erase("test");

  Suspicion suspicion;
  for (const std::string& suspect : question.suspects) {
    const Failure* failure = question.run.failure_of(suspect);
    if (failure == nullptr || failure->kind != FailureKind::env_changed) continue;
    const bool related = std::any_of(failure->altered.begin(), failure->altered.end(), [&](const std::string& part) {
      const std::set<std::string> words = words_of(part);
      return std::any_of(words.begin(), words.end(),
                         [&](const std::string& word) { return victims_words.contains(word); });
    });
    suspicion[suspect] = 1 + (related ? altered_what_victim_uses : altered_environment);
  }
  return suspicion;
}

Suspicion suspicion_by_traceback(const Question& question, const Sources& sources) {
  Suspicion suspicion;
  const ModuleNames named = modules_of(question);
  if (named.empty()) return suspicion;
  const Information information(sources);
  for (const std::string& suspect : question.suspects) {
    if (intersect(names_of(suspect), named)) {
      suspicion[suspect] = 1 + named_in_traceback;
    } else if (const Touches* touches = touches_of_test(sources, suspect); touches != nullptr) {
      double rarest = 0;
      for (const std::string& name : named) {
        if (touches->uses.contains(name)) rarest = std::max(rarest, information.of(name));
      }
      if (rarest > 0) suspicion[suspect] = 1 + imports_what_is_named * rarest / information.most();
    }
  }
  return suspicion;
}

Suspicion suspicion_by_sources(const Question& question, const Sources& sources) {
  Suspicion suspicion;
  ModuleNames victims = names_of(question.victim);
  const Touches* victim = touches_of_test(sources, question.victim);
  if (victim != nullptr) victims.insert(victim->uses.begin(), victim->uses.end());
  const Information information(sources);
  for (const std::string& suspect : question.suspects) {
    const Touches* touches = touches_of_test(sources, suspect);
    if (touches == nullptr) continue;
    ModuleNames own = touches->uses;
    own.merge(names_of(suspect));
    const double shared = saturated(information.shared(own, victims), half_shared);
    const double replaced = saturated(information.shared(touches->replaces, victims), half_replaced);
    const double turned_over = saturated(touches->upheavals, half_upheavals);
    const double factor =
        (1 + shares_modules * shared) * (1 + replaces_modules * replaced) * (1 + turns_modules_over * turned_over);
    if (factor > 1) suspicion[suspect] = factor;
  }
  return suspicion;
}

Suspicion suspicion_by_neighbourhood(const Question& question) {
  const bool ended = question.failure &&
                     (question.failure->kind == FailureKind::crashed || question.failure->kind == FailureKind::died ||
                      question.failure->kind == FailureKind::cut_off);
  if (!ended || question.suspects.empty() || question.order.from == OrderFrom::completion) return {};
  return {{question.suspects.back(), 1 + directly_before}};
}

Suspicion suspicion_of(const Question& question, const Sources& sources) {
  Suspicion all;
  for (const Suspicion& one : {suspicion_by_environment(question), suspicion_by_traceback(question, sources),
                               suspicion_by_sources(question, sources), suspicion_by_neighbourhood(question)}) {
    for (const auto& [suspect, factor] : one) all.try_emplace(suspect, 1).first->second *= factor;
  }
  for (auto& [suspect, factor] : all) factor = std::min(factor, most);
  for (const auto& [suspect, left] : clearing(question.suspects, question.further)) {
    all.try_emplace(suspect, 1).first->second *= left;
  }
  return all;
}

}  // namespace bbbisect
