// A compiled regular expression. Hides PCRE2; matches bytes, so that a log in any encoding will do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace bbbisect {

/// One match: views into the subject, which must outlive it.
class Match {
 public:
  /// The text of the whole match (0) or of a group; empty where a group took no part.
  [[nodiscard]] std::string_view operator[](std::size_t group) const { return groups_[group]; }

 private:
  friend class Pattern;
  std::vector<std::string_view> groups_;
};

/// `^` and `$` match at the ends of the subject. Throws std::logic_error for a malformed expression.
class Pattern {
 public:
  explicit Pattern(std::string_view expression);
  /// `text` itself, whatever its capitals in whatever script; it and the subjects must be UTF-8.
  static Pattern caseless(std::string_view text);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  /// The first match anywhere in `subject`. A subject that would take absurdly long to decide does not
  /// match; the time is bounded by PCRE2's match limit.
  [[nodiscard]] std::optional<Match> search(std::string_view subject) const;

 private:
  Pattern(std::string_view expression, std::uint32_t options);
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace bbbisect
