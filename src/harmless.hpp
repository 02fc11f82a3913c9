// Which words of a log may be handed to a runner, or set in its environment: by their kind, as whitelists. A
// log is somebody's text; its words must neither name what is run or written, nor ask for more than a machine
// has.
#pragma once

#include <string_view>

namespace bbbisect {

enum class WordKind {
  never,         ///< no word will do: the option is not handed on
  flag,          ///< "", "1", "on"
  off_or_on,     ///< "", "0", "1": others end Python before it begins
  integer,       ///< of up to nine digits
  threads,       ///< 1 to 64
  cpus,          ///< up to 999, or "default"
  size,          ///< of a terminal: up to 9999
  frames,        ///< up to 999
  digits_limit,  ///< 0, or 1000 and more
  leak_runs,     ///< "3:3"
  seconds,       ///< "1.5e3"
  seed,          ///< an integer
  memory,        ///< "2.5Gb", below a terabyte
  resources,     ///< "all,-gui"
  pattern,       ///< of the names of methods
  file,          ///< below the directory in which the runner starts; to be read only
  filter,        ///< "error:message:Category:module:line" of warnings, with a builtin category
  filters,       ///< some, without messages
  locale,
  locales,
  zone,
  terminal,
  encoding,
  allocator,
  hash_seed,
};

/// Why `word` is none of its kind that could be handed on, as a clause for the user; empty when it is one.
std::string_view why_not(WordKind kind, std::string_view word);

}  // namespace bbbisect
