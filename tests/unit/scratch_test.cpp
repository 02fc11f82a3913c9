#include "temporary_directory.hpp"

#include <bbbisect/prober.hpp>

#include <doctest/doctest.h>

#include <sys/stat.h>

using namespace bbbisect;
namespace fs = std::filesystem;

TEST_CASE("a scratch directory is new, short, private, and gone afterwards") {
  const TemporaryDirectory state;
  fs::path directory;
  {
    const Scratch scratch(state.path / "scratch");
    directory = scratch.directory();
    CHECK(fs::is_directory(directory));
    CHECK(fs::is_empty(directory));
    CHECK(directory.filename().string().size() < 20);
    CHECK((fs::status(directory).permissions() & fs::perms::others_all) == fs::perms::none);
    const Scratch other(state.path / "other");
    CHECK(other.directory() != directory);
    fs::create_directories(directory / "locked" / "inner");
    std::ofstream(directory / "locked" / "inner" / "file") << "x";
    ::chmod((directory / "locked" / "inner").c_str(), 0);
    ::chmod((directory / "locked").c_str(), 0);
  }
  CHECK_FALSE(fs::exists(directory));
  CHECK_FALSE(fs::exists(state.path / "scratch"));
}

TEST_CASE("what a killed bbbisect left is removed by the next, and nothing else is") {
  const TemporaryDirectory state;
  const fs::path left = fs::temp_directory_path() / "bbb-999999999-1";
  const fs::path stranger = state.path / "bbb-1-0";
  fs::create_directories(left / "inner");
  fs::create_directory(stranger);
  std::ofstream(state.path / "scratch") << left.string() << "\n";
  { const Scratch scratch(state.path / "scratch"); }
  CHECK_FALSE(fs::exists(left));

  std::ofstream(state.path / "scratch") << stranger.string() << "\n";
  { const Scratch scratch(state.path / "scratch"); }
  CHECK(fs::exists(stranger));

  const fs::path link = fs::temp_directory_path() / "bbb-999999999-2";
  fs::create_directory_symlink(stranger, link);
  std::ofstream(stranger / "file") << "x";
  std::ofstream(state.path / "scratch") << link.string() << "\n";
  { const Scratch scratch(state.path / "scratch"); }
  CHECK(fs::exists(stranger / "file"));
  fs::remove(link);
}
