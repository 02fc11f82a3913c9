// Golden transcripts: files with a simulated world on top, a line "---", and what the user of that world sees.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace bbbisect {

/// Compares each file of `folder` with what `transcript` makes of its head; with BBBISECT_REWRITE set it is
/// rewritten first. At least `least` files must be there.
inline void check_transcripts(const char* folder, std::size_t least,
                              const std::function<std::string(std::istream& head)>& transcript) {
  const bool rewrite = std::getenv("BBBISECT_REWRITE") != nullptr;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(BBBISECT_TEST_DATA) / folder)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  CHECK(files.size() >= least);
  for (const std::filesystem::path& path : files) {
    CAPTURE(path.filename().string());
    std::ifstream in(path);
    std::stringstream buffer;
    buffer << in.rdbuf();
    const std::string text = buffer.str();
    const std::size_t body = text.find("---\n");
    REQUIRE(body != std::string::npos);
    std::istringstream head(text);
    const std::string seen = transcript(head);
    if (rewrite) std::ofstream(path) << text.substr(0, body + 4) << seen;
    CHECK(text.substr(body + 4) == seen);
  }
}

}  // namespace bbbisect
