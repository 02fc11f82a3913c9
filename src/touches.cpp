// What the text of a Python file touches. Plain scanning: whole checkouts are read before a search begins.
#include "log_text.hpp"

#include <bbbisect/sources.hpp>

#include <algorithm>
#include <array>

namespace bbbisect {
namespace {

constexpr std::size_t longest_name = 100;
constexpr std::size_t most_names = 5000;
constexpr std::size_t most_helpers = 20;
constexpr std::size_t longest_line = 1000;

bool is_dotted_name(std::string_view name) {
  if (name.empty() || name.size() > longest_name || name.back() == '.') return false;
  bool first = true;  // of its component
  for (const char c : name) {
    if (c == '.' ? first : (!is_word(c) || (first && is_digit(c)))) return false;
    first = c == '.';
  }
  return true;
}

std::string_view first_component(std::string_view name) { return name.substr(0, name.find('.')); }
std::string_view last_component(std::string_view name) { return name.substr(name.rfind('.') + 1); }

template <std::size_t size>
bool is_one_of(std::string_view name, const std::array<std::string_view, size>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The longest dotted word that `text` begins with.
std::string_view leading_name(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_word(text[end]) || text[end] == '.')) ++end;
  return text.substr(0, end);
}

/// The dotted word that ends before `end`.
std::string_view name_before(std::string_view line, std::size_t end) {
  std::size_t start = end;
  while (start > 0 && (is_word(line[start - 1]) || line[start - 1] == '.')) --start;
  return line.substr(start, end - start);
}

/// The first argument, quoted or not, where it is a name; empty otherwise.
std::string_view argument(std::string_view text, bool& quoted) {
  text = trimmed(text);
  quoted = text.starts_with('"') || text.starts_with('\'');
  if (quoted) text.remove_prefix(1);
  return leading_name(text);
}

/// Calls `take` with each name of "a, b.c as d, (e)".
template <typename Take>
void for_each_imported(std::string_view list, const Take& take) {
  list = list.substr(0, list.find('#'));
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view item = trimmed(list.substr(0, comma));
    if (item.starts_with('(')) item = trimmed(item.substr(1));
    const std::string_view name = leading_name(item);
    if (is_dotted_name(name)) take(name);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

/// Calls `take` with each name that an import statement brings in: with "a.b" for "from a import b" as well
/// as with "a". False for other lines.
template <typename Take>
bool for_each_import(std::string_view line, const Take& take) {
  if (line.starts_with("import ")) {
    for_each_imported(line.substr(7), take);
    return true;
  }
  if (!line.starts_with("from ")) return false;
  line.remove_prefix(5);
  const std::string_view module = leading_name(line);
  if (!is_dotted_name(module)) return false;
  line = trimmed(line.substr(module.size()));
  if (!line.starts_with("import")) return false;
  take(module);
  for_each_imported(line.substr(6), [&](std::string_view name) {
    take(std::string_view(std::string(module).append(".").append(name)));
  });
  return true;
}

template <typename Take>
void for_each_line(std::string_view text, const Take& take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, std::min(end, longest_line)));
    if (line.ends_with('\r')) line.remove_suffix(1);
    for (const std::string_view prompt : {">>> ", "... "}) {
      if (line.starts_with(prompt)) line = trimmed(line.substr(prompt.size()));
    }
    take(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// What imports, patches or forgets the module that its first argument names.
constexpr std::array<std::string_view, 8> afresh = {
    "import_fresh_module", "CleanImport", "reload", "uncache", "forget", "unload", "swap_attr", "swap_item"};
constexpr std::array<std::string_view, 3> patches = {"patch", "patch.object", "patch.dict"};
// What changes the state of the module that it belongs to: sys.settrace(), codecs.register().
constexpr std::array<std::string_view, 9> setters = {"set", "install", "uninstall", "register", "unregister",
                                                     "add", "reset",   "enable",    "disable"};

class Reader {
 public:
  void line(std::string_view line) {
    if (for_each_import(line, [&](std::string_view name) { import(name); })) return;
    assignment(line);
    for (std::size_t i = 1; i < line.size(); ++i) {
      if (line[i] == '(') call(name_before(line, i), line.substr(i + 1));
      if (line[i] == '[' && name_before(line, i) == "sys.modules") entry(line.substr(i + 1));
    }
    if (line.find("sys.modules") != std::string_view::npos) ++touches_.upheavals;
  }

  Touches take() {
    for (const std::string& name : states_) {
      if (known_.contains(first_component(name))) replace(name);
    }
    return std::move(touches_);
  }

 private:
  void import(std::string_view name) {
    if (touches_.uses.size() >= most_names) return;
    add_name(touches_.uses, name);
    known_.emplace(first_component(name));
    known_.emplace(last_component(name));
  }

  void replace(std::string_view name) {
    if (touches_.replaces.size() >= most_names) return;
    add_name(touches_.replaces, name);
    add_name(touches_.uses, name);
  }

  /// Of a module, as long as the first part of `name` is one that is imported.
  void state(std::string_view name) {
    if (is_dotted_name(name) && states_.size() < most_names) states_.emplace(name);
  }

  // mimetypes.knownfiles = []
  void assignment(std::string_view line) {
    const std::string_view target = leading_name(line);
    const std::string_view rest = trimmed(line.substr(target.size()));
    if (rest.starts_with('=') && !rest.starts_with("==") && target.find('.') != std::string_view::npos) {
      state(first_component(target));
    }
  }

  // sys.modules['x']
  void entry(std::string_view text) {
    bool quoted = false;
    const std::string_view name = argument(text, quoted);
    if (quoted && is_dotted_name(name)) replace(name);
  }

  void call(std::string_view callee, std::string_view arguments) {
    if (callee.empty()) return;
    const std::string_view function = last_component(callee);
    const bool is_patch = std::any_of(patches.begin(), patches.end(), [&](std::string_view patch) {
      return callee == patch || (callee.ends_with(patch) && callee.size() > patch.size() &&
                                 callee[callee.size() - patch.size() - 1] == '.');
    });
    if (callee == "sys.modules.pop") {
      entry(arguments);
    } else if (is_patch || is_one_of(function, afresh)) {
      if (function == "import_fresh_module" || function == "CleanImport" || function == "reload" ||
          function == "uncache") {
        ++touches_.upheavals;
      }
      bool quoted = false;
      const std::string_view name = argument(arguments, quoted);
      if (!is_dotted_name(name) || first_component(name) == "self" || first_component(name) == "cls") return;
      if (quoted) {
        replace(name);
      } else {
        state(name);
      }
    } else if (callee.size() > function.size() &&
               std::any_of(setters.begin(), setters.end(),
                           [&](std::string_view start) { return function.starts_with(start); })) {
      state(callee);
    }
  }

  Touches touches_;
  std::set<std::string, std::less<>> known_;  // names of modules as the text uses them
  std::set<std::string> states_;
};

}  // namespace

void add_name(ModuleNames& names, std::string_view name) {
  if (name.starts_with("test.test_")) name.remove_prefix(5);
  if (!is_dotted_name(name)) return;
  for (std::size_t end = name.find('.');; end = name.find('.', end + 1)) {
    std::string_view part = name.substr(0, end);
    if (part.starts_with("_py") && part.size() > 3) part.remove_prefix(3);
    while (part.size() > 1 && part.front() == '_') part.remove_prefix(1);
    if (part != "test" && part != "test.support") names.emplace(part);
    if (end == std::string_view::npos) return;
  }
}

Touches touches_of(std::string_view source) {
  Reader reader;
  for_each_line(source, [&](std::string_view line) { reader.line(line); });
  return reader.take();
}

TestOrder helpers_of(std::string_view source) {
  TestOrder helpers;
  const auto add = [&](std::string_view name) {
    if (helpers.size() < most_helpers && std::find(helpers.begin(), helpers.end(), name) == helpers.end()) {
      helpers.emplace_back(name);
    }
  };
  for_each_line(source, [&](std::string_view line) {
    for_each_import(line, [&](std::string_view name) {
      const std::string_view last = last_component(name);
      if (first_component(name) == "test") {
        const std::string_view second = first_component(name.substr(std::min<std::size_t>(5, name.size())));
        if (!second.empty() && second != "support" && second != "libregrtest" && !second.starts_with("test_")) {
          add(name.substr(0, 5 + second.size()));
        }
      } else if (last != name && (last == "test" || last == "tests" || last == "idle_test")) {
        add(name);
      }
    });
  });
  return helpers;
}

}  // namespace bbbisect
