#include <bbbisect/test_order.hpp>

namespace bbbisect {
namespace {

// Not isalnum(): a name is ASCII in every locale.
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

TestOrder concat(const TestOrder& a, const TestOrder& b) {
  TestOrder both;
  both.reserve(a.size() + b.size());
  both.insert(both.end(), a.begin(), a.end());
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

TestOrder without(const TestOrder& order, std::string_view name) {
  TestOrder rest;
  for (const std::string& test : order) {
    if (!same_test(test, name)) rest.push_back(test);
  }
  return rest;
}

bool is_test_name(std::string_view name) {
  constexpr std::size_t longest = 255;
  constexpr std::string_view start = "test_";
  if (name.size() > longest) return false;
  std::size_t component = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '.') {
      if (i == component) return false;
      component = i + 1;
    } else if (!is_letter(name[i]) && (i == component || !is_digit(name[i]))) {
      return false;
    }
  }
  const std::string_view last = name.substr(component);
  return last.size() > start.size() && last.starts_with(start) && module_of(name).starts_with(start);
}

std::string_view module_of(std::string_view name) {
  constexpr std::string_view package = "test.";
  return name.starts_with(package) ? name.substr(package.size()) : name;
}

bool same_test(std::string_view a, std::string_view b) { return module_of(a) == module_of(b); }

std::string join(const TestOrder& order, std::string_view separator) {
  std::string text;
  for (const std::string& test : order) {
    if (&test != &order.front()) text += separator;
    text += test;
  }
  return text;
}

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace bbbisect
