#include "packing.hpp"

#include <bbbisect/archive.hpp>
#include <bbbisect/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <stdexcept>

using namespace bbbisect;

namespace {

// In small pieces: everything may be cut anywhere.
Bytes crumbs(std::string text, std::size_t size = 7) {
  return [text = std::move(text), size, at = std::size_t(0)]() mutable {
    const std::string_view piece = std::string_view(text).substr(at, size);
    at += piece.size();
    return piece;
  };
}

std::string all_of(const Bytes& bytes) {
  std::string text;
  for (std::string_view piece = bytes(); !piece.empty(); piece = bytes()) text += piece;
  return text;
}

std::vector<std::pair<std::string, std::string>> unpacked(const std::string& data) {
  std::vector<std::pair<std::string, std::string>> members;
  read_packed("x", crumbs(data),
              [&](const std::string& name, const Bytes& text) { members.emplace_back(name, all_of(text)); });
  return members;
}

std::string refusal(const std::string& data) {
  try {
    (void)unpacked(data);
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    return error.what();
  }
  return "(read)";
}

std::string long_text() {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

}  // namespace

TEST_CASE("compressed text is one member without a name, whatever compressed it") {
  for (const Packing packing : {Packing::gzip, Packing::bzip2, Packing::xz, Packing::zstd}) {
    CAPTURE(static_cast<int>(packing));
    for (const std::string& text : {std::string("short\n"), long_text()}) {
      const std::string data = packed(Form::raw, packing, {{"", text}});
      CHECK(is_packed(std::string_view(data).substr(0, packed_head)));
      const auto members = unpacked(data);
      REQUIRE(members.size() == 1);
      CHECK(members[0].first.empty());
      CHECK(members[0].second == text);
    }
  }
}

TEST_CASE("all members of archives are visited, in their order") {
  const std::vector<std::pair<std::string, std::string>> members{
      {"0_b.txt", long_text()}, {"empty", ""}, {"a \xc3\xa9\x1b/", ""}, {"a \xc3\xa9\x1b/1.txt", "x\n"}};
  for (const Form form : {Form::zip, Form::tar}) {
    for (const Packing packing : {Packing::none, Packing::gzip, Packing::zstd}) {
      if (form == Form::zip && packing != Packing::none) continue;
      CAPTURE(static_cast<int>(form));
      CAPTURE(static_cast<int>(packing));
      const std::string data = packed(form, packing, members);
      CHECK(is_packed(std::string_view(data).substr(0, packed_head)));
      CHECK(unpacked(data) == members);
    }
  }
}

TEST_CASE("a member that is not read does not keep the others back") {
  std::vector<std::string> names;
  read_packed("x", crumbs(packed(Form::zip, Packing::none, {{"a", long_text()}, {"b", "2"}})),
              [&](const std::string& name, const Bytes&) { names.push_back(name); });
  CHECK(names == std::vector<std::string>{"a", "b"});
}

TEST_CASE("an absurd name is none") {
  const auto members =
      unpacked(packed(Form::zip, Packing::none, {{std::string(4096, 'a'), "1"}, {std::string(4097, 'a'), "2"}}));
  REQUIRE(members.size() == 2);
  CHECK(members[0].first.size() == 4096);
  CHECK(members[1].first == "member 2");
}

TEST_CASE("text is not taken for something packed") {
  for (const std::string_view text : {"", "B", "BZ", "PK", "PK\x03", "0:00:00 [1/2] test_os\n", "\x1f"}) {
    CHECK_FALSE(is_packed(text));
  }
  CHECK_FALSE(is_packed(std::string(packed_head, 'x')));
}

TEST_CASE("what is damaged ends with a sentence that names it") {
  for (const Packing packing : {Packing::gzip, Packing::bzip2, Packing::xz, Packing::zstd}) {
    CAPTURE(static_cast<int>(packing));
    std::string data = packed(Form::raw, packing, {{"", long_text()}});
    CHECK(refusal(data.substr(0, data.size() / 2)).find("x is packed, and cannot be unpacked: ") == 0);
    std::fill(data.begin() + static_cast<std::ptrdiff_t>(data.size() / 2), data.end(), '\xaa');
    CHECK(refusal(data).find("x is packed, and cannot be unpacked: ") == 0);
  }
  const std::string zip = packed(Form::zip, Packing::none, {{"a", long_text()}});
  CHECK(refusal(zip.substr(0, zip.size() / 2)).find("x is packed, and cannot be unpacked: ") == 0);
  CHECK(refusal(zip).find("(read)") == 0);
}

TEST_CASE("trouble of whoever gives the bytes comes through as it is") {
  struct Broken {};
  const Bytes breaking = [count = 0, data = packed(Form::raw, Packing::gzip, {{"", long_text()}})]() mutable {
    if (++count > 3) throw Broken();
    return std::string_view(data).substr(static_cast<std::size_t>(count - 1) * 100, 100);
  };
  CHECK_THROWS_AS(read_packed("x", breaking, [](const std::string&, const Bytes& text) { (void)all_of(text); }),
                  Broken);
}
