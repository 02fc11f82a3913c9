// What a Buildbot answers: the input is an address in its first line, and then one answer a line, for one request
// after the other.
// Corpus: tests/fuzz/answers
#include "fuzz.hpp"

#include <bbbisect/buildbot.hpp>
#include <bbbisect/error.hpp>

#include <algorithm>
#include <optional>
#include <string>

using namespace bbbisect;
using bbbisect::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = fuzz::as_text(data, size);
  const auto next_line = [&rest] {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    return line;
  };
  int requests = 0;
  try {
    const std::optional<BuildbotAddress> address = parse_buildbot_address(next_line());
    if (!address) return 0;
    const auto fetch = [&](const std::string& asked) {
      require(asked.starts_with(address->base), "only below the user's address is asked for anything");
      for (const char c : asked.substr(address->base.size())) {
        require(c > ' ' && c < 127 && c != '"' && c != '\\', "nothing odd becomes part of an address");
      }
      if (++requests > 500) throw Error("enough");
      Fetched answer;
      answer.status = rest.empty() ? 404 : 200;
      answer.body = bytes_of(std::string(next_line()));
      return answer;
    };
    const auto look = [&](const BuildFacts&, const Bytes& text) {
      std::size_t pieces = 0;
      while (!text().empty() && ++pieces < 10'000) {
      }
      return static_cast<Sighting>(pieces % 3);
    };
    visit_logs(*address, {fetch, [](Seconds) {}, look, [](const std::string&) {}});
  } catch (const Error&) {
    // It says so, and that is all there is to tell.
  }
  return 0;
}
