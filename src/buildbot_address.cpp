#include "buildbot_address.hpp"

#include <bbbisect/buildbot.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/printable.hpp>

#include "log_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace bbbisect {
namespace {

constexpr std::string_view api = "/api/v2/";

std::string_view without_query(std::string_view text) { return text.substr(0, text.find_first_of("?#")); }

std::vector<std::string> words_of_path(std::string_view path) {
  std::vector<std::string> words;
  for (const std::string& word : words_of(path, "/")) words.push_back(percent_decoded(word));
  return words;
}

// Takes "builders/3/builds/14/steps/5/logs/stdio" apart: pairs of a word and what it names. Behind them may stand how
// it is looked at, as "raw" or "properties", which names nothing more. What names something, and is not understood, is
// refused: without it the rest would name something else, as a builder alone its latest failed build.
class Pairs {
 public:
  explicit Pairs(const std::vector<std::string>& words) : words_(words) {}

  void take(BuildbotAddress& address, std::string_view query) const {
    std::size_t at = 0;
    for (; at + 1 < words_.size() && names_something(words_[at]); at += 2) take_pair(at, address);
    std::size_t further = at + 1;
    while (further < words_.size() && !names_something(words_[further])) ++further;
    if (names(address) && further < words_.size()) {
      refuse(words_[further] + " stands behind what is no part of an address");
    }
    if (at < words_.size() && words_[at] == "builds" && !query.empty()) refuse("it asks for a list of builds");
  }

  static bool names(const BuildbotAddress& address) {
    return !address.builder.empty() || address.build || address.request || address.step_id || address.log_id;
  }

 private:
  static bool names_something(const std::string& word) {
    return word == "builders" || word == "builds" || word == "buildrequests" || word == "steps" || word == "logs";
  }

  // Numbers of builds, steps and logs that nothing stands before are those of the whole Buildbot.
  void take_pair(std::size_t at, BuildbotAddress& address) const {
    const std::string& what = words_[at];
    const std::string& which = words_[at + 1];
    const bool in_build = address.number || address.build;
    if (what == "builders" && at == 0) {
      address.builder = which;
    } else if (what == "builds" && !address.builder.empty() && !in_build) {
      address.number = number(what, which);
    } else if (what == "builds" && address.request && !in_build) {
      refuse("a build request is of one build: leave out what stands behind it");
    } else if (what == "builds" && at == 0) {
      address.build = number(what, which);
    } else if (what == "buildrequests" && at == 0) {
      address.request = number(what, which);
    } else if (what == "steps" && in_build && address.step.empty()) {
      address.step = which;
    } else if (what == "steps" && at == 0) {
      address.step_id = number(what, which);
    } else if (what == "logs" && (!address.step.empty() || address.step_id) && address.log.empty()) {
      address.log = which;
    } else if (what == "logs" && at == 0) {
      address.log_id = number(what, which);
    } else {
      refuse(fmt::format("{}/{} cannot stand there", what, which));
    }
  }

  [[nodiscard]] std::uint64_t number(const std::string& what, const std::string& which) const {
    const std::optional<std::uint64_t> number = to_number<std::uint64_t>(which);
    if (!number) refuse(fmt::format("what stands behind {}/ is no number of Buildbot's: {}", what, which));
    return *number;
  }

  [[noreturn]] void refuse(const std::string& why) const {
    std::string path;
    for (const std::string& word : words_) path += "/" + word;
    throw Error(
        fmt::format("the address {} names no build that could be read: {}; copy the address of the build from "
                    "the browser, such as https://HOST/#/builders/3/builds/14",
                    printable(path), printable(why)));
  }

  const std::vector<std::string>& words_;
};

std::optional<BuildbotAddress> named_by(std::string_view base, std::string_view path) {
  BuildbotAddress address;
  address.base = buildbot_base(base);
  const std::string_view plain = without_query(path);
  const std::vector<std::string> words = words_of_path(plain);
  Pairs(words).take(address, path.substr(plain.size()));
  if (!Pairs::names(address)) return std::nullopt;
  return address;
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      name += static_cast<char>(byte);
      i += 2;
    } else {
      name += text[i];
    }
  }
  return name;
}

std::string percent_encoded(std::string_view text) {
  std::string word;
  for (const char c : text) {
    word += is_word(c) || c == '-' ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return word;
}

std::string buildbot_base(std::string_view address) {
  address = without_query(address);
  const std::size_t root = std::min(address.find('/', address.find("://") + 3), address.size());
  std::string_view path = address.substr(root);
  const std::string slashed = std::string(path) + "/";
  path = path.substr(0, std::min(slashed.find(api), path.size()));
  if (path.ends_with("/index.html")) path.remove_suffix(std::string_view("index.html").size());
  while (path.ends_with('/')) path.remove_suffix(1);
  return fmt::format("{}{}/", address.substr(0, root), path);
}

std::optional<BuildbotAddress> parse_buildbot_address(std::string_view text) {
  const std::size_t host = text.find("://");
  if (host == std::string_view::npos) return std::nullopt;
  if (const std::size_t fragment = text.find('#'); fragment != std::string_view::npos) {
    if (auto address = named_by(text.substr(0, fragment), text.substr(fragment + 1))) return address;
  }
  const std::string_view plain = without_query(text);
  const std::size_t root = std::min(plain.find('/', host + 3), plain.size());
  const std::size_t of_api = plain.find(api, root);
  const std::size_t start = std::min(of_api, plain.find("/builders/", root));
  if (start == std::string_view::npos) return std::nullopt;
  return named_by(text.substr(0, start), text.substr(start + (of_api == start ? api.size() : 1)));
}

}  // namespace bbbisect
