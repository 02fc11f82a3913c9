#include "framing.hpp"

#include "log_text.hpp"

#include <bbbisect/pattern.hpp>

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

namespace bbbisect {
namespace {

using Views = std::vector<std::string_view>;

// A line that is longer is none of the runner's; what is searched of it bounds the time.
constexpr std::size_t longest_frame = 400;
constexpr std::size_t most_lines = 2000;
constexpr std::size_t fewest_lines = 3;

std::string_view without_end(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_blank(std::string_view line) { return trimmed(line).empty(); }

// Nine in ten; what stands around a log was not framed.
bool most_of(std::size_t part, std::size_t all) { return part * 10 >= all * 9; }

// The frames of tools that are in use. A clock of regrtest has an hour of one digit, or a load behind it.
const std::vector<Pattern>& known_frames() {
  static const std::vector<Pattern> frames = [] {
    std::vector<Pattern> all;
    // gh run view --log: job, step and time, with tabs.
    all.emplace_back("^[^\\t]{1,150}\\t[^\\t]{1,150}\\t(?:\xef\xbb\xbf)?\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z(?: |$)");
    // GitHub, Azure, kubectl, Jenkins; GitLab with the number and the kind of a stream behind it.
    all.emplace_back(
        R"(^(?:\xef\xbb\xbf)?\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?)"
        R"((?: \d\d[OE][ +]| |\t|$))");
    // Jenkins, poudriere, ts.
    all.emplace_back(R"(^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?(?:[ \t](?!load avg|\[ *\d+[/\]]|Run )|$))");
    // Open Build Service, ts -s, autopkgtest.
    all.emplace_back(R"(^\[ *\d{1,9}(?:\.\d{1,9}s?|s)\](?: |$))");
    all.emplace_back(R"(^ *\d{1,9}s(?: |$))");
    // journalctl, syslog; ts.
    all.emplace_back(
        R"(^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? [\w.-]{1,64} [\w.@/()-]{1,64}(?:\[\d{1,9}\])?:(?: |$))");
    all.emplace_back(R"(^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: |$))");
    // docker compose, act.
    all.emplace_back(R"(^(?:[\w.-]{1,80}|\[[^\]]{1,200}\]) *\|(?: |$))");
    return all;
  }();
  return frames;
}

// Words of one tool in front of all lines: "py311: ", "[tests] ", "# ". Marks of a quotation alone are left to who
// knows how they are nested.
std::string common_start(const Views& lines) {
  std::string_view common = lines.front().substr(0, longest_frame);
  std::size_t with_it = 0;
  for (const std::string_view line : lines) {
    const auto [end, unused] =
        std::mismatch(common.begin(),
                      common.begin() + static_cast<std::ptrdiff_t>(std::min(common.size(), line.size())), line.begin());
    const auto size = static_cast<std::size_t>(end - common.begin());
    const bool is_part = size == line.size();  // an empty line may have lost its blanks
    // A line of something else does not count, unless there are many.
    if (size < 2 && !is_part) continue;
    ++with_it;
    if (!is_part) common = common.substr(0, size);
  }
  if (!most_of(with_it, lines.size())) return {};
  static const Pattern start(R"(^(?!\d+:\d\d:\d\d|\[ *\d+/)(.*(?:[\]|>)#]|:(?= )|\$(?= )) ?))");
  const std::optional<Match> match = start.search(common);
  if (!match) return {};
  const std::string_view word = (*match)[1];
  const bool only_quotes = word.find_first_not_of(">| ") == std::string_view::npos;
  return only_quotes ? std::string() : std::string(word);
}

// "  12\ttext", "12  text": the number of the line, each one more than the one above. What stands between it and the
// text; empty where that is not so.
std::string number_end(const Views& lines) {
  static const Pattern numbered(R"(^ *(\d{1,9})(?:(\t| {1,4}|: ?|\| ?)|$))");
  std::size_t next_to = 0;
  std::string end;
  std::optional<long> last;
  for (const std::string_view line : lines) {
    const std::optional<Match> match = numbered.search(line.substr(0, longest_frame));
    if (!match) continue;
    const std::optional<long> number = to_number<long>((*match)[1]);
    if (number && last && *number > *last && *number <= *last + 3) ++next_to;
    last = number;
    const std::string_view between = (*match)[2];
    if (!between.empty() && (end.empty() || between.size() < end.size())) end = between;
  }
  return most_of(next_to + 1, lines.size()) ? end : std::string();
}

struct Frame {
  const Pattern* pattern = nullptr;  // or
  std::string start;                 // the same in front of all, or
  std::string behind_number;         // what stands behind the number of a line

  [[nodiscard]] bool any() const { return pattern != nullptr || !start.empty() || !behind_number.empty(); }

  // How much of the line it is.
  [[nodiscard]] std::size_t size_in(std::string_view line) const {
    if (pattern != nullptr) {
      const std::optional<Match> match = pattern->search(line.substr(0, longest_frame));
      return match ? (*match)[0].size() : 0;
    }
    if (!start.empty()) {
      if (line.starts_with(start)) return start.size();
      // An empty line may have lost its blanks.
      return trimmed(line) == trimmed(start) ? line.size() : 0;
    }
    const std::size_t digits = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t end = std::min(line.find_first_not_of("0123456789", digits), line.size());
    if (end == digits) return 0;
    if (line.substr(end).starts_with(behind_number)) return end + behind_number.size();
    return is_blank(line.substr(end)) ? line.size() : 0;
  }
};

Frame frame_of(const Views& lines) {
  for (const Pattern& pattern : known_frames()) {
    std::size_t with_it = 0;
    for (std::size_t i = 0; i < lines.size() && i < 2 * with_it + 20; ++i) {
      if (pattern.search(lines[i].substr(0, longest_frame))) ++with_it;
    }
    if (most_of(with_it, lines.size())) return {&pattern, {}, {}};
  }
  if (std::string end = number_end(lines); !end.empty()) return {nullptr, {}, std::move(end)};
  return {nullptr, common_start(lines), {}};
}

// An empty line behind each that is not.
bool is_double_spaced(const Views& all) {
  constexpr std::size_t fewest = 10;
  std::size_t texts = 0;
  std::size_t spaced = 0;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (is_blank(all[i])) continue;
    ++texts;
    if (is_blank(all[i + 1])) ++spaced;
  }
  return texts >= fewest && most_of(spaced, texts);
}

Views lines_of(std::string_view text) {
  Views lines;
  while (!text.empty() && lines.size() < most_lines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(without_end(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// PowerShell's ">" writes UTF-16.
class FromUtf16 {
 public:
  explicit FromUtf16(const char* name) : descriptor_(iconv_open("UTF-8", name)) {}
  ~FromUtf16() {
    if (good()) iconv_close(descriptor_);
  }
  FromUtf16(const FromUtf16&) = delete;
  FromUtf16& operator=(const FromUtf16&) = delete;

  [[nodiscard]] bool good() const { return descriptor_ != iconv_t(-1); }

  std::string operator()(std::string_view bytes) {
    rest_ += bytes;
    std::string text;
    char* in = rest_.data();
    std::size_t left = rest_.size();
    std::array<char, 4096> room{};
    while (left > 0) {
      char* out = room.data();
      std::size_t free = room.size();
      const bool stopped = iconv(descriptor_, &in, &left, &out, &free) == static_cast<std::size_t>(-1);
      const int why = errno;
      text.append(room.data(), room.size() - free);
      if (!stopped || why == E2BIG) continue;
      if (why == EINVAL || left < 2) break;  // the rest of a letter is still to come
      text += '?';
      in += 2;
      left -= 2;
    }
    rest_.erase(0, rest_.size() - left);
    return text;
  }

 private:
  iconv_t descriptor_;
  std::string rest_;
};

// The mark of its order, and then letters of ASCII.
bool is_utf16(std::string_view text, bool little) {
  if (!text.starts_with(little ? "\xff\xfe" : "\xfe\xff")) return false;
  std::size_t letters = 0;
  std::size_t of_ascii = 0;
  for (std::size_t i = 2; i + 1 < text.size(); i += 2, ++letters) {
    if (text[little ? i + 1 : i] == '\0' && text[little ? i : i + 1] != '\0') ++of_ascii;
  }
  return letters > 0 && most_of(of_ascii, letters);
}

}  // namespace

struct Framing::Layers {
  std::unique_ptr<FromUtf16> from_utf16;
  std::vector<Frame> frames;
  bool double_spaced = false;

  std::string rest;  // of a line that is not complete
  bool was_text = false;
  std::string out;

  void take_line(std::string_view line) {
    std::string_view text = without_end(line);
    for (const Frame& frame : frames) text.remove_prefix(frame.size_in(text));
    const bool blank = is_blank(text);
    if (double_spaced && blank && std::exchange(was_text, false)) return;
    was_text = !blank;
    out.append(text).append("\n");
  }

  void take(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      if (end == std::string_view::npos) {
        // Nobody needs a line of that length whole, and it has to stay somewhere.
        constexpr std::size_t longest_line = 1 << 20;
        if (rest.size() > longest_line) rest.erase(0, rest.size() - longest_line / 2);
        rest += bytes;
        return;
      }
      if (rest.empty()) {
        take_line(bytes.substr(0, end));
      } else {
        rest += bytes.substr(0, end);
        take_line(rest);
        rest.clear();
      }
      bytes.remove_prefix(end + 1);
    }
  }

  void hand_on(const Sink& sink) {
    if (!out.empty()) sink(out);
    out.clear();
  }
};

Framing::Framing(std::string_view text) : layers_(std::make_unique<Layers>()) {
  std::string decoded;
  const bool little = is_utf16(text, true);
  if (little || is_utf16(text, false)) {
    auto from_utf16 = std::make_unique<FromUtf16>(little ? "UTF-16LE" : "UTF-16BE");
    if (from_utf16->good()) {
      decoded = FromUtf16(little ? "UTF-16LE" : "UTF-16BE")(text);
      layers_->from_utf16 = std::move(from_utf16);
      text = decoded;
    }
  }
  Views lines = lines_of(text);
  if (lines.size() > 1 && text.size() >= head) lines.pop_back();  // it may be cut
  constexpr int most_frames = 3;
  for (int i = 0; i < most_frames; ++i) {
    Views texts;
    std::ranges::copy_if(lines, std::back_inserter(texts), [](std::string_view line) { return !is_blank(line); });
    if (texts.size() < fewest_lines) break;
    Frame frame = frame_of(texts);
    if (!frame.any()) break;
    for (std::string_view& line : lines) line.remove_prefix(frame.size_in(line));
    layers_->frames.push_back(std::move(frame));
  }
  layers_->double_spaced = is_double_spaced(lines);
}

Framing::~Framing() = default;
Framing::Framing(Framing&&) noexcept = default;
Framing& Framing::operator=(Framing&&) noexcept = default;

bool Framing::any() const {
  return layers_->from_utf16 != nullptr || !layers_->frames.empty() || layers_->double_spaced;
}

void Framing::undo(std::string_view bytes, const Sink& sink) {
  if (layers_->from_utf16) {
    layers_->take((*layers_->from_utf16)(bytes));
  } else {
    layers_->take(bytes);
  }
  layers_->hand_on(sink);
}

void Framing::finish(const Sink& sink) {
  if (!layers_->rest.empty()) layers_->take_line(layers_->rest);
  layers_->rest.clear();
  layers_->hand_on(sink);
}

}  // namespace bbbisect
