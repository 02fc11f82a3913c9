#include "copied_text.hpp"
#include "log_text.hpp"

#include <bbbisect/pattern.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace bbbisect {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
  }
  return lines;
}

std::string text_of(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text.append(line).append("\n");
  return text;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::size_t indentation_of(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

// Each sign of equality is written as its number, so that all others belong to the writing; but for those of the head
// of a mail, such as "charset=utf-8".
bool is_quoted_printable(std::string_view text) {
  constexpr int most_in_head = 8;
  constexpr int fewest_breaks = 3;  // "--timeout=1200" is a number, too
  int written = 0;
  int breaks = 0;
  int others = 0;
  for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    const bool is_number = rest.size() >= 2 && hex_digit(rest[0]) && hex_digit(rest[1]);
    const bool is_break = rest.empty() || rest.starts_with('\n') || rest.starts_with("\r\n");
    ++(is_number ? written : is_break ? breaks : others);
  }
  const bool is_likely = contains(text, "=3D") || breaks >= fewest_breaks;
  return is_likely && written + breaks > others && others <= most_in_head;
}

std::string without_quoted_printable(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      plain += text[i];
      continue;
    }
    const std::string_view rest = text.substr(i + 1);
    if (rest.starts_with('\n')) {
      i += 1;
    } else if (rest.starts_with("\r\n")) {
      i += 2;
    } else if (rest.size() >= 2 && hex_digit(rest[0]) && hex_digit(rest[1])) {
      plain += static_cast<char>(*hex_digit(rest[0]) * 16 + *hex_digit(rest[1]));
      i += 2;
    } else {
      plain += '=';
    }
  }
  return plain;
}

struct Entity {
  std::string_view written, means;
};
// The no-break space is what pages have where several spaces are to stay.
constexpr Entity entities[] = {
    {"&gt;", ">"},   {"&lt;", "<"},   {"&quot;", "\""}, {"&#34;", "\""},   {"&apos;", "'"}, {"&#39;", "'"},
    {"&#x27;", "'"}, {"&nbsp;", " "}, {"&#160;", " "},  {"\xc2\xa0", " "}, {"&amp;", "&"},
};

std::string without_entities(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const auto* entity = std::end(entities);
    if (c == '&' || c == '\xc2') {
      entity =
          std::ranges::find_if(entities, [&](const Entity& each) { return text.substr(i).starts_with(each.written); });
    }
    if (entity != std::end(entities)) {
      plain += entity->means;
      i += entity->written.size();
    } else {
      plain += c;
      ++i;
    }
  }
  return plain;
}

// A page that was saved: what is no text is marked so, and some marks end a line.
std::string without_tags(std::string_view text) {
  static const Pattern tag(R"(^<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?:[ \t\n][^<>]{0,1000})?/?>)");
  std::string plain;
  while (!text.empty()) {
    const std::size_t next = std::min(text.find('<'), text.size());
    plain += text.substr(0, next);
    text.remove_prefix(next);
    if (text.empty()) break;
    const std::optional<Match> match = tag.search(text.substr(0, 1100));
    if (!match) {
      plain += '<';
      text.remove_prefix(1);
      continue;
    }
    const std::string name = lower((*match)[2]);
    const bool ends = name == "br" || (!(*match)[1].empty() &&
                                       (name == "div" || name == "p" || name == "li" || name == "tr" || name == "pre"));
    text.remove_prefix((*match)[0].size());
    if (ends && !text.starts_with('\n') && !text.starts_with("\r\n")) plain += '\n';
  }
  return plain;
}

struct Tags {
  bool some = false;
  bool all_over = false;  // in every other line
};
Tags tags_in(std::string_view text) {
  static const Pattern tag(R"(<(?:br|/?span|/?div|/?pre|/?td|/?li)[ />])");
  std::size_t with_it = 0;
  const Lines lines = lines_of(text);
  for (const std::string& line : lines) with_it += tag.search(line) ? 1 : 0;
  return {with_it > 0, 2 * with_it >= lines.size()};
}

// The longest string in an answer of a REST API; of Buildbot's, each line has the letter of its stream in front.
std::optional<std::string> text_in_json(std::string_view text) {
  const std::size_t start = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  if (!text.substr(start).starts_with('{') && !text.substr(start).starts_with('[')) return std::nullopt;
  const nlohmann::json all = nlohmann::json::parse(text, nullptr, false);
  if (all.is_discarded()) return std::nullopt;
  std::string longest;
  bool with_letters = false;
  std::vector<const nlohmann::json*> left{&all};
  while (!left.empty()) {
    const nlohmann::json& value = *left.back();
    left.pop_back();
    with_letters = with_letters || (value.is_object() && value.contains("logchunks"));
    if (const auto* string = value.get_ptr<const nlohmann::json::string_t*>()) {
      if (string->size() > longest.size()) longest = *string;
    } else if (value.is_structured()) {
      for (const nlohmann::json& each : value) left.push_back(&each);
    }
  }
  if (!contains(longest, "\n")) return std::nullopt;
  if (!with_letters) return longest;
  Lines lines = lines_of(longest);
  for (std::string& line : lines) line.erase(0, 1);
  return text_of(lines);
}

// What a line of regrtest or of its wrappers begins with; such a line is no rest of the one above it.
bool is_fresh(std::string_view line) {
  static const Pattern fresh(
      R"(^(?:== |\d{1,4}:\d\d:\d\d (?:load avg|\[|Run |Re-run|mem:)|Using random seed|Run (?:\d+ )?tests? |\[ *\d+(?:/\d+)*\] test)"
      R"(|(?:Result|Tests result): |\d+ (?:re-run )?tests? [a-zA-Z ()]*(?:OK\.|:)$|All \d+ tests? OK|\d+ (?:slowest|tests?) )"
      R"(|(?:test )?test_\w+ (?:failed|passed|skipped|crashed|ran no|run no|timed out|interrupted)|Traceback \(most|Total )"
      R"(|(?:FAIL|ERROR|UNEXPECTED SUCCESS): |Warning -- |Fatal Python error|Timeout \(|Current thread|Thread 0x)"
      R"(|Re-running |Ran \d+ tests? in |FAILED \(|-{20}|={20}|[A-Za-z_.]+(?:Error|Exception|Failed|Warning)(?:: |$))"
      R"(|program finished with exit|command timed out|process killed by|elapsedTime=|\./python |make: |During handling)"
      R"(|The above exception|    test_|```|~~~))");
  return !line.empty() && fresh.search(line).has_value();
}

// Lines that no prose has.
bool is_landmark(std::string_view line) {
  static const Pattern landmark(
      R"(^(?:== (?:CPython|PyPy|Tests result|cwd|CPU count|encodings|Python build|resources)|Using random seed)"
      R"(|\d{1,4}:\d\d:\d\d (?:load avg|\[|Run )|Run (?:\d+ )?tests? (?:sequentially|in parallel)|\[ *\d+/\d+(?:/\d+)?\] test_))");
  return !line.empty() && landmark.search(line).has_value();
}

// Behind ">", ">>", "> >", "|": where the line itself begins; 0 where it is not quoted.
std::size_t behind_marks(std::string_view line) {
  constexpr std::size_t most_blanks = 3;
  std::size_t behind = 0;
  for (std::size_t i = 0; i < line.size() && i <= behind + most_blanks; ++i) {
    if (line[i] == '>' || line[i] == '|') {
      behind = i + 1;
    } else if (line[i] != ' ') {
      break;
    }
  }
  return behind;
}

// Takes away what stands before the lines: marks of a quotation and an indentation. False when there is none.
bool strip(Lines& lines) {
  bool quoted = false;
  bool blank_behind = true;
  for (const std::string& line : lines) {
    const std::size_t behind = behind_marks(line);
    const std::string_view rest = std::string_view(line).substr(behind);
    if (behind == 0 || !is_landmark(rest.substr(indentation_of(rest)))) continue;
    quoted = true;
    blank_behind = blank_behind && rest.starts_with(' ');
  }
  if (quoted) {
    for (std::string& line : lines) {
      const std::size_t behind = behind_marks(line);
      const bool blank = behind > 0 && blank_behind && behind < line.size() && line[behind] == ' ';
      line.erase(0, behind + (blank ? 1 : 0));
    }
  }
  std::optional<std::size_t> indentation;
  for (const std::string& line : lines) {
    const std::size_t own = indentation_of(line);
    if (is_landmark(std::string_view(line).substr(own))) indentation = std::min(indentation.value_or(own), own);
  }
  if (indentation.value_or(0) > 0) {
    for (std::string& line : lines) line.erase(0, std::min(indentation_of(line), *indentation));
  }
  return quoted || indentation.value_or(0) > 0;
}

// format=flowed (RFC 3676): a blank at the end of a line says that it goes on; a line that begins with a
// blank has one more than it had.
std::optional<std::string> unflowed(const Lines& lines) {
  Lines whole;
  bool goes_on = false;
  bool any = false;
  for (const std::string& line : lines) {
    const std::string_view text = std::string_view(line).substr(line.starts_with(' ') ? 1 : 0);
    if (goes_on) {
      whole.back() += text;
      any = true;
    } else {
      whole.emplace_back(text);
    }
    goes_on = text.ends_with(' ') && text != "-- ";
  }
  return any ? std::optional(text_of(whole)) : std::nullopt;
}

// Where lines were broken: none is longer, but for single words where those were spared. `physical` are the
// lines as they stood, `lines` the same without marks and indentation; prose around the log, behind an empty
// line, does not count.
std::optional<std::size_t> width_of(const Lines& physical, const Lines& lines, bool within_words) {
  constexpr std::size_t narrowest = 40;
  constexpr std::size_t widest = 100;
  std::size_t width = 0;
  std::size_t so_far = 0;
  bool in_log = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!in_log && lines[i].empty()) {
      so_far = 0;
    } else if (within_words || lines[i].find(' ', indentation_of(lines[i])) != std::string::npos) {
      so_far = std::max(so_far, physical[i].size());
    }
    if (is_landmark(lines[i])) {
      in_log = true;
      width = std::max(width, so_far);
    }
  }
  return width >= narrowest && width <= widest ? std::optional(width) : std::nullopt;
}

// A clock whose line stops before what it is there for.
bool is_clock_alone(std::string_view line) {
  static const Pattern clock(R"(^\d{1,4}:\d\d:\d\d(?: load(?: avg:(?: [\d.]+)?)?)?(?: \[)?$)");
  return clock.search(line).has_value();
}

// Lines put together again.
struct Unwrapped {
  std::string text;
  std::size_t breaks = 0;
  std::size_t full = 0;  // how many of them were in a line as long as any
  bool option = false;   // behind one of which an option stands, whole
  std::size_t width = 0;
};

// `glue` stands where a line was broken: a blank, or nothing where words were broken.
Unwrapped unwrapped(const Lines& physical, const Lines& lines, const std::string& glue) {
  const bool within_words = glue.empty();
  Unwrapped result;
  const std::optional<std::size_t> width = width_of(physical, lines, within_words);
  if (!width) return result;
  result.width = *width;
  Lines whole;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    bool goes_on = false;
    if (i > 0 && !line.empty() && !lines[i - 1].empty()) {
      const std::size_t first_word = std::min(line.find(' '), line.size());
      const std::size_t above = physical[i - 1].size();
      const bool no_room = within_words ? above == *width : above + 1 + first_word > *width;
      const bool is_rest = !is_fresh(line) && (within_words || line.front() != ' ');
      goes_on = no_room && (is_rest || is_clock_alone(lines[i - 1]));
      if (goes_on) ++result.breaks;
      if (goes_on && above == *width) {
        ++result.full;
        result.option = result.option || line.front() == '-';
      }
    }
    if (goes_on) {
      whole.back() += glue + line;
    } else {
      whole.push_back(line);
    }
  }
  result.text = text_of(whole);
  return result;
}

}  // namespace

std::vector<CopiedText> before_copying(std::string_view text) {
  std::vector<CopiedText> ways;
  if (text.size() > longest_copied) return ways;
  std::string plain(text);
  std::string how;
  bool sure = false;
  const auto done = [&](std::string_view what) { how.append(how.empty() ? "" : ", ").append(what); };
  if (is_quoted_printable(plain)) {
    plain = without_quoted_printable(plain);
    done("quoted-printable");
  }
  if (std::optional<std::string> text_of_json = text_in_json(plain)) {
    plain = *std::move(text_of_json);
    done("in JSON");
    sure = true;
  }
  if (const Tags tags = tags_in(plain); tags.some) {
    sure = sure || tags.all_over;
    plain = without_tags(plain);
    done("with tags of HTML");
  }
  if (std::ranges::any_of(entities, [&](const Entity& entity) { return contains(plain, entity.written); })) {
    plain = without_entities(plain);
    done("with entities of HTML");
  }
  const Lines physical = lines_of(plain);
  Lines lines = physical;
  if (strip(lines)) done("quoted or indented");
  if (std::ranges::none_of(lines, is_landmark)) return ways;  // nothing that a log has
  if (!how.empty()) ways.push_back({text_of(lines), how, sure});
  const auto add = [&](std::string whole) {
    ways.push_back({std::move(whole), how + (how.empty() ? "" : ", ") + "wrapped", false});
  };
  if (std::optional<std::string> whole = unflowed(lines)) add(*std::move(whole));
  Unwrapped at_blanks = unwrapped(physical, lines, " ");
  Unwrapped in_words = unwrapped(physical, lines, "");
  // Where words are not spared each broken line is full, and some that were not broken look so; a single one
  // may be full by chance, but for a terminal's width.
  constexpr std::size_t width_of_terminals = 80;
  const bool mostly_full = at_blanks.full * 2 >= at_blanks.breaks && !at_blanks.option &&
                           (at_blanks.full > 1 || at_blanks.width == width_of_terminals);
  if (mostly_full) std::swap(at_blanks, in_words);
  for (Unwrapped* each : {&at_blanks, &in_words}) {
    if (each->breaks > 0) add(std::move(each->text));
  }
  return ways;
}

}  // namespace bbbisect
