#include <bbbisect/command.hpp>

#include <algorithm>

namespace bbbisect {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// What a shell takes as it stands; the set of Python's shlex.quote().
constexpr bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
}

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (char c : word) {
    if (c == '\'') {
      text += R"('"'"')";
    } else {
      text += c;
    }
  }
  return text + "'";
}

}  // namespace

std::optional<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == '\'') {
      if (c == '\'') {
        quote = 0;
      } else {
        word += c;
      }
    } else if (quote == '"') {
      if (c == '"') {
        quote = 0;
      } else if (c == '\\' && i + 1 < line.size() && (line[i + 1] == '"' || line[i + 1] == '\\')) {
        word += line[++i];
      } else {
        word += c;
      }
    } else if (is_blank(c)) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      in_word = true;
      if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '\\') {
        if (i + 1 == line.size()) return std::nullopt;
        word += line[++i];
      } else {
        word += c;
      }
    }
  }
  if (quote != 0) return std::nullopt;
  if (in_word) words.push_back(std::move(word));
  return words;
}

std::string quote_words(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& word : argv) {
    const bool first = &word == &argv.front();
    // A first word with an equals sign would be an assignment.
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), is_plain) &&
                       !(first && word.find('=') != std::string::npos);
    if (!first) line += ' ';
    line += plain ? word : quoted(word);
  }
  return line;
}

}  // namespace bbbisect
