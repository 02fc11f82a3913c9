#include <bbbisect/narration.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace bbbisect {
namespace {

constexpr std::size_t names_shown = 3;
constexpr int text_column = 54;

std::size_t checks_in(const Probe& probe) {
  return static_cast<std::size_t>(std::count(probe.tests.begin(), probe.tests.end(), probe.tests.back()));
}

}  // namespace

std::string describe(const Probe& probe, const std::string& victim) {
  if (probe.beside) {
    const TestOrder others(probe.tests.begin(), probe.tests.end() - 1);
    if (others.empty()) return victim + " in a worker";
    return victim + " beside " + (others.size() <= names_shown ? join(others) : counted(others.size(), "test"));
  }
  if (probe.purpose == Purpose::alone && probe.tests.size() == 2) return victim + " alone, and again after itself";
  if (probe.purpose == Purpose::simplify) return fmt::format("the same without the seed: {}", join(probe.tests, ", "));
  const std::size_t checks = checks_in(probe);
  const std::size_t others = probe.tests.size() - checks;
  // Where the victim stands only at the end, it has all the others before it.
  const bool at_end = std::find(probe.tests.begin(), probe.tests.end(), victim) ==
                      probe.tests.end() - static_cast<std::ptrdiff_t>(checks);
  if (!at_end) return fmt::format("{} between {}, {} times", victim, counted(others, "test"), checks);
  const TestOrder before(probe.tests.begin(), probe.tests.begin() + static_cast<std::ptrdiff_t>(others));
  const std::string often = checks > 1 ? fmt::format(", {} times", checks) : "";
  if (before.empty()) return victim + " alone" + often;
  if (before.size() <= names_shown) return fmt::format("{} after {}{}", victim, join(before, ", then "), often);
  return fmt::format("{} after {}{}{}", victim, probe.purpose == Purpose::reproduce ? "all " : "",
                     counted(before.size(), "test"), often);
}

namespace {

std::string describe_rest(const Probe& probe, const std::optional<Forecast>& rest) {
  std::string text;
  if (probe.purpose == Purpose::narrow && probe.suspects_left > 1) {
    if (!probe.needed.empty()) text = join(probe.needed, " and ") + " needed; ";
    text += counted(probe.suspects_left, "suspect") + " left";
  }
  if (rest) text += (text.empty() ? "" : ", ") + describe(*rest);
  return text;
}

std::string painted(const std::string& text, Outcome outcome, bool color) {
  if (!color) return text;
  const int code = outcome == Outcome::fails ? 31 : outcome == Outcome::passes ? 32 : 33;
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

// "passes", "fails, passes", "passes 26 times, then fails": alike ones in a row are counted.
std::string describe_checks(const Answer& answer, std::size_t checks, bool color) {
  constexpr std::size_t listed = 2;
  if (checks <= listed) {
    std::string text;
    for (std::size_t i = 0; i < checks; ++i) {
      text += (i > 0 ? ", " : "") + painted(describe(answer.check(i)), answer.check(i), color);
    }
    return text;
  }
  if (answer.checks.empty()) return painted(describe(Outcome::unresolved), Outcome::unresolved, color);
  std::string text;
  int turns = 0;
  for (std::size_t i = 0; i < answer.checks.size();) {
    std::size_t end = i;
    while (end < answer.checks.size() && answer.checks[end] == answer.checks[i]) ++end;
    if (++turns > 3) {
      const auto failing = std::count(answer.checks.begin(), answer.checks.end(), Outcome::fails);
      return painted(describe(Outcome::fails), Outcome::fails, color) +
             fmt::format(" {} of {} times", failing, answer.checks.size());
    }
    text += (i > 0 ? ", then " : "") + painted(describe(answer.checks[i]), answer.checks[i], color);
    if (end - i > 1) text += fmt::format(" {} times", end - i);
    i = end;
  }
  return text;
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
  tell_repeats();
  told_.clear();
  out_ << sentence << "\n" << std::flush;
}

Ask Narration::announce(Ask ask, Rest rest) {
  return [this, ask = std::move(ask), rest = std::move(rest)](const Probe& probe) {
    const std::string question = describe(probe, victim_) + (probe.under.empty() ? "" : ", " + probe.under);
    current_ = fmt::format("{:3}  {}", trials_.size() + 1, question);
    const bool shown = !style_.quiet;
    const std::string left = shown ? describe_rest(probe, rest ? rest(trials_) : std::nullopt) : "";
    if (style_.columns() > 0 && shown) overwrite(left.empty() ? current_ : current_ + "  " + left);

    trials_.push_back({probe, ask(probe)});
    const Trial& trial = trials_.back();
    if (shown) tell(question, describe_checks(trial.answer, checks_in(probe), style_.color), trial, left);
    return trial.answer;
  };
}

void Narration::tell(const std::string& question, const std::string& answer, const Trial& trial,
                     const std::string& left) {
  const std::string& why = trial.answer.why;
  std::string telling = question + "\n" + answer + "\n" + why;
  if (left.empty() && !trial.answer.recalled && telling == told_) {
    ++repeats_;
    repeating_ += trial.answer.elapsed;
    return;
  }
  if (unfinished_) out_ << "\r\x1b[K";
  unfinished_ = false;
  tell_repeats();
  told_ = std::move(telling);
  std::string line = fmt::format("{:<{}}  {}  ({})", current_, text_column, answer,
                                 trial.answer.recalled ? "known" : describe(trial.answer.elapsed));
  // What does not fit the row goes to one of its own.
  const auto columns = static_cast<std::size_t>(style_.columns());
  std::size_t width = text_column + 30;
  for (const std::string& more : {why, left.empty() ? left : "[" + left + "]"}) {
    if (more.empty()) continue;
    const bool fits = columns == 0 || width + more.size() <= columns;
    line += (fits ? "  " : "\n       ") + more;
    width += more.size();
  }
  out_ << line << "\n" << std::flush;
}

void Narration::tell_repeats() {
  if (repeats_ == 0) return;
  const std::string times = repeats_ == 1 ? "once more" : fmt::format("{} times more", repeats_);
  out_ << fmt::format("     the same {}  ({})\n", times, describe(repeating_)) << std::flush;
  repeats_ = 0;
  repeating_ = Seconds(0);
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
    if (trial.answer.check(0) != Outcome::fails || !trial.probe.under.empty()) continue;
    // What was seen is the first check; what stands behind it does not matter.
    const auto first = std::find(trial.probe.tests.begin(), trial.probe.tests.end(), trial.probe.tests.back());
    TestOrder before(trial.probe.tests.begin(), first);
    if (!shortest || before.size() < shortest->size()) shortest = std::move(before);
  }
  return shortest;
}

}  // namespace bbbisect
