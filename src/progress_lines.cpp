#include "log_lines.hpp"
#include "log_text.hpp"

namespace bbbisect {
namespace {

// Takes a number that ends at `end`, which moves to its first digit.
std::optional<std::size_t> number_before(std::string_view line, std::size_t& end) {
  constexpr std::size_t most_digits = 9;
  std::size_t start = end;
  while (start > 0 && end - start <= most_digits && is_digit(line[start - 1])) --start;
  if (start == end || end - start > most_digits) return std::nullopt;
  const auto number = to_number<std::size_t>(line.substr(start, end - start));
  end = start;
  return number;
}

std::string_view name_at(std::string_view line, std::size_t start) {
  std::size_t end = start;
  while (end < line.size() && (is_word(line[end]) || line[end] == '.')) ++end;
  const std::string_view name = line.substr(start, end - start);
  if (end < line.size() && line[end] != ' ') return {};
  return is_test_name(name) ? name : std::string_view();
}

// Without "load avg: 1.06" and "mem: 185.0 MiB" at the end.
std::string_view without_load(std::string_view text) {
  std::string_view rest = text;
  take_last_word(rest);
  take_last_word(rest);
  std::string_view before = rest;
  if (take_last_word(before).ends_with("mem:")) text = before;
  rest = text;
  take_last_word(rest);
  before = rest;
  if (take_last_word(before) == "avg:" && take_last_word(before).ends_with("load")) text = before;
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// h:mm:ss at the end of `text`, which loses it.
std::optional<Seconds> take_clock(std::string_view& text) {
  std::size_t end = text.size();
  const auto two_digits = [&]() -> std::optional<int> {
    if (end < 3 || !is_digit(text[end - 1]) || !is_digit(text[end - 2]) || text[end - 3] != ':') return std::nullopt;
    end -= 3;
    return (text[end + 1] - '0') * 10 + (text[end + 2] - '0');
  };
  const std::optional<int> seconds = two_digits();
  const std::optional<int> minutes = seconds ? two_digits() : std::nullopt;
  const std::optional<std::size_t> hours = minutes ? number_before(text, end) : std::nullopt;
  if (!hours) return std::nullopt;
  double total = static_cast<double>(*hours) * 3600 + *minutes * 60 + *seconds;
  text = text.substr(0, end);
  // "1 day, 2:03:04": up to 3.9.
  std::string_view rest = text;
  const std::string_view unit = take_last_word(rest);
  if (unit == "day," || unit == "days,") {
    while (rest.ends_with(' ')) rest.remove_suffix(1);
    std::size_t stop = rest.size();
    if (const auto days = number_before(rest, stop)) {
      total += static_cast<double>(*days) * 86400;
      text = rest.substr(0, stop);
    }
  }
  return Seconds(total);
}

}  // namespace

// 0:00:01 load avg: 1.06 [ 2/85/1] test_x -- test_y failed (1 failure)      OLD and NEW-A, sequential
// 0:00:01 load avg: 1.06 [ 2/85/1] test_x failed (1 failure)               parallel, and second line of NEW-B
// 0:00:05 load avg: 53.90 mem: 185.0 MiB [ 13/505] test_patma passed        main since May 2026
// [  3] test_x                                                              --forever; with failures "[ 3/1]"
// Runs for each line of a long log: no Pattern.
std::optional<ProgressLine> find_progress(std::string_view line, std::size_t& from) {
  while (from < line.size()) {
    const std::size_t close = line.find(']', from);
    if (close == std::string_view::npos) break;
    from = close + 1;
    if (close == 0 || from + 1 >= line.size() || line[from] != ' ' || !is_digit(line[close - 1])) continue;

    std::size_t numbers[3] = {};
    std::size_t count = 0;
    std::size_t place = close;
    while (count < 3) {
      const auto number = number_before(line, place);
      if (!number) break;
      numbers[count++] = *number;
      if (place == 0 || line[place - 1] != '/') break;
      --place;
    }
    while (place > 0 && line[place - 1] == ' ') --place;
    if (count == 0 || place == 0 || line[place - 1] != '[') continue;

    ProgressLine found;
    found.bracket = place - 1;
    found.index = numbers[count - 1];
    if (count > 1) found.total = numbers[count - 2];
    found.name = name_at(line, from + 1);
    if (found.name.empty()) continue;
    // More than a result takes; the line may be long and hold many of them.
    constexpr std::size_t longest_rest = 1000;
    std::string_view rest = line.substr(from + 1 + found.name.size(), longest_rest);
    rest = trimmed(rest);
    if (rest.empty()) return found;
    if (rest.starts_with("-- ")) {
      found.previous = name_at(rest, 3);
      if (found.previous.empty()) continue;
      rest = trimmed(rest.substr(3 + found.previous.size()));
      found.previous_result = rest;
    } else if (is_lower(rest.front())) {
      found.result = trimmed(rest.substr(0, rest.find(" -- running")));
    }
    if (!rest.empty() && !is_lower(rest.front())) continue;
    return found;
  }
  return std::nullopt;
}

std::optional<Seconds> clock_before(std::string_view line, std::size_t bracket) {
  // Far more than a clock, a load and a memory size take.
  constexpr std::size_t longest = 100;
  const std::size_t start = bracket > longest ? bracket - longest : 0;
  std::string_view text = without_load(line.substr(start, bracket - start));
  return take_clock(text);
}

bool is_bare_clock(std::string_view line) {
  // 0:00:15 load avg: 5.48
  if (line.empty() || !is_digit(line.front()) || line.size() > 100) return false;
  std::string_view text = without_load(line);
  return take_clock(text) && trimmed(text).empty();
}

std::optional<std::string_view> bare_result(std::string_view line, std::string_view name) {
  static constexpr std::string_view words[] = {"failed",       "passed",    "skipped", "ran no tests",
                                               "run no tests", "timed out", "crashed", "interrupted"};
  if (name.empty() || !line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ' ') {
    return std::nullopt;
  }
  const std::string_view result = line.substr(name.size() + 1);
  // "test_x skipped -- no such luck" is the reason, not the result.
  if (result.find(" -- ") != std::string_view::npos) return std::nullopt;
  for (std::string_view word : words) {
    if (result.starts_with(word)) return trimmed(result);
  }
  return std::nullopt;
}

}  // namespace bbbisect
