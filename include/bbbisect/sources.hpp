// What the source files of tests touch: the modules that they import, patch, reload or take away. The files
// are read as text; nothing in them is executed.
#pragma once

#include <bbbisect/test_order.hpp>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace bbbisect {

/// Dotted names of modules and of what is imported from them, each with its parents: "os.path" comes with
/// "os". A module and its accelerator are one ("_decimal" and "_pydecimal" are "decimal"); test files stand
/// without "test." before them; `test` and `test.support`, which say nothing, are left out.
using ModuleNames = std::set<std::string>;

/// What one test touches.
struct Touches {
  ModuleNames uses;      ///< what it imports and what it replaces
  ModuleNames replaces;  ///< what it patches, reloads, assigns to, sets up or takes out of sys.modules
  int upheavals = 0;     ///< how often it mentions sys.modules or a way to import afresh
};

/// Adds `name` to `names` as ModuleNames has it; what is no dotted name is left out.
void add_name(ModuleNames& names, std::string_view name);

/// Reads Python as text, line by line. For any bytes: the result is bounded, and only identifiers get into
/// it.
Touches touches_of(std::string_view source);

/// Modules that hold tests of which `source` is only the door, dotted: "test.pickletester", "unittest.test".
TestOrder helpers_of(std::string_view source);

/// By test, as spelled; without those whose files were not found.
using Sources = std::map<std::string, Touches>;

/// Reads the files of `tests` below `directory`, the `test` package of a checkout (Lib/test), and their
/// helpers. Bounded in files and bytes. What cannot be read is left out: no error, since all depends on it
/// but speed.
Sources read_sources(const std::filesystem::path& directory, const TestOrder& tests);

}  // namespace bbbisect
