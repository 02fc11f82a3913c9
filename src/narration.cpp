#include <bbbisect/narration.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace bbbisect {
namespace {

constexpr std::size_t names_shown = 3;
constexpr int text_column = 54;

std::string counted(std::size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string describe_question(const Probe& probe, const std::string& victim) {
  if (probe.purpose == Purpose::alone && probe.tests.size() == 2)
    return victim + " alone, and again after itself";
  const TestOrder before(probe.tests.begin(), probe.tests.end() - 1);
  if (probe.purpose == Purpose::simplify)
    return fmt::format("the same without the seed: {}", join(probe.tests, ", "));
  if (before.empty()) return victim + " alone";
  if (before.size() <= names_shown) return fmt::format("{} after {}", victim, join(before, ", then "));
  return fmt::format("{} after {}{}", victim, probe.purpose == Purpose::reproduce ? "all " : "",
                     counted(before.size(), "test"));
}

// Halving asks one or two questions a doubling, of what gets shorter on the way; the proof asks some six
// more, of the culprits and the victim.
std::string describe_rest(const Probe& probe, const Durations& durations) {
  if (probe.purpose != Purpose::narrow || probe.suspects_left < 2) return {};
  const double halvings = std::ceil(1.5 * std::log2(static_cast<double>(probe.suspects_left))) + 1;
  constexpr double proof = 6;
  const Seconds seconds =
      durations.total(probe.tests) * halvings * 0.6 + durations.of(probe.tests.back()) * 2 * proof;
  return fmt::format("{}{} left, about {}, {}",
                     probe.needed.empty() ? "" : join(probe.needed, " and ") + " needed; ",
                     counted(probe.suspects_left, "suspect"),
                     counted(static_cast<std::size_t>(halvings + proof), "probe"), describe(seconds));
}

std::string painted(const std::string& text, Outcome outcome, bool color) {
  if (!color) return text;
  const int code = outcome == Outcome::fails ? 31 : outcome == Outcome::passes ? 32 : 33;
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::size_t checks_in(const Probe& probe) {
  return static_cast<std::size_t>(std::count(probe.tests.begin(), probe.tests.end(), probe.tests.back()));
}

}  // namespace

std::string describe(Outcome outcome) {
  switch (outcome) {
    case Outcome::passes:
      return "passes";
    case Outcome::fails:
      return "fails";
    case Outcome::unresolved:
      return "unresolved";
  }
  return {};
}

Narration::Narration(std::ostream& out, std::string victim, NarrationStyle style)
    : out_(out), victim_(std::move(victim)), style_(std::move(style)) {}

void Narration::say(const std::string& sentence) {
  if (style_.quiet) return;
  interrupt();
  out_ << sentence << "\n" << std::flush;
}

Ask Narration::announce(Ask ask, const Durations& durations) {
  return [this, ask = std::move(ask), &durations](const Probe& probe) {
    current_ = fmt::format("{:3}  {}", trials_.size() + 1, describe_question(probe, victim_));
    const std::string rest = describe_rest(probe, durations);
    if (style_.columns() > 0 && !style_.quiet) overwrite(rest.empty() ? current_ : current_ + "  " + rest);

    Answer answer = ask(probe);
    trials_.push_back({probe, answer});
    if (style_.quiet) return answer;

    std::string outcomes;
    for (std::size_t i = 0; i < checks_in(probe); ++i) {
      if (i > 0) outcomes += ", ";
      outcomes += painted(describe(answer.check(i)), answer.check(i), style_.color);
    }
    std::string line = fmt::format("{:<{}}  {}  ({})", current_, text_column, outcomes,
                                   answer.recalled ? "known" : describe(answer.elapsed));
    // What does not fit the row goes to one of its own.
    const auto columns = static_cast<std::size_t>(style_.columns());
    std::size_t width = text_column + 30;
    for (const std::string& more : {answer.why, rest.empty() ? rest : "[" + rest + "]"}) {
      if (more.empty()) continue;
      const bool fits = columns == 0 || width + more.size() <= columns;
      line += (fits ? "  " : "\n       ") + more;
      width += more.size();
    }
    if (unfinished_) out_ << "\r\x1b[K";
    unfinished_ = false;
    out_ << line << "\n" << std::flush;
    return answer;
  };
}

void Narration::progress(const Progress& progress) {
  if (style_.quiet || style_.columns() == 0) return;
  if (progress.index == 0) return overwrite(fmt::format("{}: starting", current_));
  overwrite(fmt::format("{}: {} of {}, {}, {} left", current_, progress.index, progress.total, progress.test,
                        describe(progress.left)));
}

void Narration::interrupt() {
  if (unfinished_) out_ << "\n" << std::flush;
  unfinished_ = false;
}

// Cut to one row: a line that wraps cannot be overwritten.
void Narration::overwrite(const std::string& line) {
  const auto room = static_cast<std::size_t>(std::max(style_.columns() - 1, 1));
  if (unfinished_ && line == painted_) return;
  out_ << "\r" << line.substr(0, room) << "\x1b[K" << std::flush;
  painted_ = line;
  unfinished_ = true;
}

std::optional<TestOrder> shortest_failing(const std::vector<Trial>& trials) {
  std::optional<TestOrder> shortest;
  for (const Trial& trial : trials) {
    if (trial.answer.check(0) != Outcome::fails || checks_in(trial.probe) != 1) continue;
    if (shortest && shortest->size() <= trial.probe.tests.size() - 1) continue;
    shortest = TestOrder(trial.probe.tests.begin(), trial.probe.tests.end() - 1);
  }
  return shortest;
}

}  // namespace bbbisect
