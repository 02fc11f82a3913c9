#include "run_notes.hpp"

#include <bbbisect/pattern.hpp>

#include <algorithm>
#include <charconv>
#include <set>

namespace bbbisect {
namespace {

std::optional<long> number_in(const std::optional<Match>& match, std::size_t group) {
  if (!match) return std::nullopt;
  const std::string_view digits = (*match)[group];
  long number = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return number;
}

// An exit status of a process that was ended by a signal, or by an exception of Windows.
bool is_crash(long status) {
  constexpr long first_exception = 0x80000000;
  return status < 0 || (status > 128 && status < 128 + 65) || status >= first_exception;
}

bool is_timeout(std::string_view text) {
  return text.starts_with("Timeout (") || text.starts_with("command timed out");
}

/// The kind that the words of a result tell; nullopt for a test that did not fail.
std::optional<FailureKind> kind_of(std::string_view result, const TestNotes& notes) {
  if (result.starts_with("failed (env changed)")) return FailureKind::env_changed;
  if (result.starts_with("failed (reference leak)")) return FailureKind::leaked;
  if (result.starts_with("failed (uncaught exception)")) return FailureKind::uncaught_exception;
  if (result.starts_with("failed")) {
    return notes.no_method ? FailureKind::uncaught_exception : FailureKind::failed;
  }
  if (result.starts_with("timed out")) return FailureKind::timed_out;
  // crashed (Exit code -11)      worker non-zero exit code (Exit code 3221225477 (STATUS_ACCESS_VIOLATION))
  if (result.starts_with("crashed") || result.starts_with("worker")) {
    if (is_timeout(notes.death)) return FailureKind::timed_out;
    if (!notes.death.empty()) return FailureKind::crashed;
    static const Pattern code(R"(Exit code (-?\d+))");
    const std::optional<long> status = number_in(code.search(result), 1);
    return status && is_crash(*status) ? FailureKind::crashed : FailureKind::died;
  }
  return std::nullopt;
}

bool ends_with_component(std::string_view id, std::string_view component) {
  return id.size() > component.size() && id.ends_with(component) && id[id.size() - component.size() - 1] == '.';
}

void add_methods(Failure& failure, const TestNotes& notes) {
  for (const std::string& method : notes.methods) add_once(failure.methods, method);
  for (const std::string& function : notes.functions) {
    const bool known = std::any_of(failure.methods.begin(), failure.methods.end(),
                                   [&](const std::string& id) { return ends_with_component(id, function); });
    if (!known) add_once(failure.methods, function);
  }
}

/// Everything about one test that failed, from all places where it stands.
struct Suspect {
  Failure failure;
  std::optional<std::size_t> place;
};

class Conclusions {
 public:
  Conclusions(Run& run, const RunNotes& notes) : run_(run), notes_(notes) {}

  void draw() {
    if (!run_.sections.empty()) {
      for (const std::string& name : run_.sections.front().failed) add_named(name, FailureKind::failed);
      for (const std::string& name : run_.sections.front().env_changed) add_named(name, FailureKind::env_changed);
    }
    add_shown();  // a log may be cut off in its summary
    if (run_.sections.empty()) add_last();
    std::stable_sort(suspects_.begin(), suspects_.end(), [](const Suspect& a, const Suspect& b) {
      return a.place.value_or(std::string::npos) < b.place.value_or(std::string::npos);
    });
    run_.failures.clear();
    for (Suspect& suspect : suspects_) {
      suspect.failure.place = suspect.place;
      complete(suspect.failure);
      run_.failures.push_back(std::move(suspect.failure));
    }
    add_repeats();
  }

 private:
  [[nodiscard]] const TestNotes& notes_of(std::size_t place) const {
    static const TestNotes none;
    const auto found = notes_.tests.find(place);
    return found == notes_.tests.end() ? none : found->second;
  }

  /// False when it is there, or there are more than anyone wants to hear of.
  bool is_new(std::string_view name) {
    constexpr std::size_t most = 2000;
    return suspects_.size() < most && names_.emplace(module_of(name)).second;
  }

  const std::vector<std::size_t>& places_of(std::string_view name) {
    static const std::vector<std::size_t> none;
    if (places_.empty()) {
      for (std::size_t i = 0; i < run_.tests.size(); ++i) places_[module_of(run_.tests[i].name)].push_back(i);
    }
    const auto found = places_.find(module_of(name));
    return found == places_.end() ? none : found->second;
  }

  void add_named(const std::string& name, FailureKind kind) {
    if (!is_new(name)) return;
    Suspect suspect;
    suspect.failure.test = name;
    suspect.failure.kind = kind;
    suspect.failure.in_section = true;
    // The first time that it failed, else the first time that it ran: the same name may run twice.
    for (std::size_t i : places_of(name)) {
      const ShownTest& test = run_.tests[i];
      const std::optional<FailureKind> shown = kind_of(test.result, notes_of(i));
      const bool fits = shown && (*shown == FailureKind::env_changed) == (kind == FailureKind::env_changed);
      if (!suspect.place || fits) suspect.place = i;
      if (!fits) continue;
      suspect.failure.kind = *shown;
      suspect.failure.text = test.result;
      break;
    }
    if (kind == FailureKind::failed && suspect.failure.text.empty() && suspect.place &&
        notes_of(*suspect.place).no_method) {
      suspect.failure.kind = FailureKind::uncaught_exception;
    }
    suspects_.push_back(std::move(suspect));
  }

  void add_shown() {
    for (std::size_t i = 0; i < run_.tests.size(); ++i) {
      const ShownTest& test = run_.tests[i];
      const std::optional<FailureKind> kind = kind_of(test.result, notes_of(i));
      if (!kind || !is_new(test.name)) continue;
      Suspect suspect;
      suspect.failure.test = test.name;
      suspect.failure.kind = *kind;
      suspect.failure.text = test.result;
      suspect.place = i;
      suspects_.push_back(std::move(suspect));
    }
  }

  // A sequential run that ends without a summary was ended by the test that was running.
  void add_last() {
    const std::optional<std::size_t> last = run_.last_started();
    if (run_.finished || run_.mode != RunMode::sequential || !last) return;
    const ShownTest& test = run_.tests[*last];
    if (!test.result.empty() || !is_new(test.name)) return;
    if (!run_.ended_outside.empty()) return;
    Suspect suspect;
    suspect.failure.test = test.name;
    suspect.place = last;
    const std::string& wrapper = notes_.wrapper_end;
    suspect.failure.text = run_.how_ended.empty() ? wrapper : run_.how_ended;
    const std::string& text = suspect.failure.text;
    if (is_timeout(text)) {
      suspect.failure.kind = FailureKind::timed_out;
    } else if (!text.empty() || (notes_.exit_status && is_crash(*notes_.exit_status))) {
      suspect.failure.kind = FailureKind::crashed;
    } else {
      suspect.failure.kind = notes_.exit_status ? FailureKind::died : FailureKind::cut_off;
    }
    suspects_.push_back(std::move(suspect));
  }

  void add_repeats() {
    run_.repeats.clear();
    constexpr std::size_t most = 2000;
    for (std::size_t i = 0; i < run_.tests.size() && run_.repeats.size() < most; ++i) {
      const ShownTest& test = run_.tests[i];
      const TestNotes& notes = notes_of(i);
      const std::optional<FailureKind> kind = kind_of(test.result, notes);
      if (!kind || places_of(test.name).size() < 2) continue;
      Failure& failure = run_.repeats.emplace_back();
      failure.test = test.name;
      failure.place = i;
      failure.kind = *kind;
      failure.text = test.result;
      count(failure);
      if (*kind == FailureKind::env_changed) {
        failure.altered = notes.altered;
      } else {
        add_methods(failure, notes);
        failure.exceptions = notes.exceptions;
      }
    }
  }

  // failed (2 errors, 1 failure)
  static void count(Failure& failure) {
    static const Pattern errors(R"((\d+) errors?\b)");
    static const Pattern failures(R"((\d+) failures?\b)");
    const auto number = [&](const Pattern& pattern) {
      return static_cast<int>(std::min(number_in(pattern.search(failure.text), 1).value_or(0), 1'000'000L));
    };
    if (!failure.text.starts_with("failed (")) return;
    failure.errors = number(errors);
    failure.failures = number(failures);
  }

  void complete(Failure& failure) {
    count(failure);
    if (failure.kind == FailureKind::env_changed) {
      for (const auto& [name, parts] : notes_.altered) {
        if (!same_test(name, failure.test)) continue;
        for (const std::string& part : parts) add_once(failure.altered, part);
      }
      return;
    }

    for (std::size_t place : places_of(failure.test)) {
      const TestNotes& notes = notes_of(place);
      add_methods(failure, notes);
      for (const std::string& exception : notes.exceptions) add_once(failure.exceptions, exception);
      for (const std::string& module : notes.modules) add_module(failure.modules, module);
    }
    for (const auto& [name, notes] : notes_.rerun) {
      if (!same_test(name, failure.test)) continue;
      // The re-run names what failed before; what failed in it may be less, so it counts for want of better.
      TestNotes named;
      named.functions = notes.functions;
      add_methods(failure, named);
      if (failure.methods.empty()) add_methods(failure, notes);
      for (const std::string& module : notes.modules) add_module(failure.modules, module);
    }
  }

  Run& run_;
  const RunNotes& notes_;
  std::map<std::string_view, std::vector<std::size_t>> places_;
  std::set<std::string, std::less<>> names_;
  std::vector<Suspect> suspects_;
};

}  // namespace

void add_once(TestOrder& list, std::string_view item) {
  constexpr std::size_t most = 1000;
  if (list.size() >= most || std::find(list.begin(), list.end(), item) != list.end()) return;
  list.emplace_back(item);
}

void add_module(TestOrder& modules, std::string_view module) {
  constexpr std::size_t most = 40;
  if (modules.size() < most) add_once(modules, module);
}

void conclude(Run& run, const RunNotes& notes) {
  const bool unfinished = !run.finished && run.how_ended.empty();
  run.ended_outside = unfinished ? notes.ended_outside : std::string();
  Conclusions(run, notes).draw();
}

}  // namespace bbbisect
