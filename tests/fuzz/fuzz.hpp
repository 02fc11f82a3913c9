// What every fuzzer needs. A fuzzer is one file, NAME_fuzzer.cpp, with a dictionary NAME.dict if it has one; its
// comment tells `run` what to begin with:
//   Corpus: FOLDER   each file of it is an input
//   Lines: PATTERN   or rather each different line in those files that the extended regular expression finds
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace bbbisect::fuzz {

/// Ends the process, which libFuzzer reports with its input, unless `condition` holds.
inline void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace bbbisect::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
