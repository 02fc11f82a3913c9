#include "temporary_directory.hpp"

#include <bbbisect/trust.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace bbbisect;
namespace fs = std::filesystem;

TEST_CASE("a directory is ours when nobody else can write it, or anything above it") {
  const TemporaryDirectory temporary;
  const fs::path above = temporary.path / "above";
  const fs::path suite = above / "suite";
  fs::create_directories(suite);
  using enum fs::perms;
  const auto allow = [](const fs::path& path, fs::perms more) {
    fs::permissions(path, owner_all | group_read | group_exec | more);
  };
  for (const fs::path& path : {temporary.path, above, suite}) allow(path, none);
  CHECK(only_ours(suite));
  for (const fs::path& path : {above, suite}) {
    CAPTURE(path);
    allow(path, others_write);
    CHECK_FALSE(only_ours(suite));
    allow(path, none);
  }
  allow(above, others_write | sticky_bit);
  CHECK(only_ours(suite));
  allow(suite, others_write | sticky_bit);
  CHECK_FALSE(only_ours(suite));
}

TEST_CASE("a link is as good as where it leads; what is no directory is nobody's") {
  const TemporaryDirectory temporary;
  fs::permissions(temporary.path, fs::perms::owner_all);
  fs::create_directory_symlink("/tmp", temporary.path / "link");
  CHECK_FALSE(only_ours(temporary.path / "link"));
  std::ofstream(temporary.path / "file") << "x";
  CHECK_FALSE(only_ours(temporary.path / "file"));
  CHECK_FALSE(only_ours(temporary.path / "missing"));
}
