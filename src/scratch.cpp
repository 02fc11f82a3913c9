#include <bbbisect/error.hpp>
#include <bbbisect/journal.hpp>
#include <bbbisect/pattern.hpp>
#include <bbbisect/prober.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace bbbisect {
namespace fs = std::filesystem;
namespace {

// Tests leave directories behind that not even their owner may enter.
void remove_whatever_it_takes(const fs::path& directory) {
  std::error_code problem;
  fs::remove_all(directory, problem);
  if (!problem) return;
  const auto unlock = [](const fs::path& path) {
    std::error_code ignored;
    fs::permissions(path, fs::perms::owner_all, fs::perm_options::add | fs::perm_options::nofollow, ignored);
  };
  unlock(directory);
  const auto options = fs::directory_options::skip_permission_denied;
  for (auto it = fs::recursive_directory_iterator(directory, options, problem);
       !problem && it != fs::recursive_directory_iterator(); it.increment(problem)) {
    if (it->is_directory(problem) && !it->is_symlink(problem)) unlock(it->path());
  }
  fs::remove_all(directory, problem);
}

// Removes the directory that an earlier, killed bbbisect noted: only a directory of ours, with our kind of
// name.
void remove_leftover(const fs::path& note) {
  std::ifstream in(note);
  std::string name;
  if (!std::getline(in, name)) return;
  const fs::path left = name;
  struct stat status {};
  // Only what Scratch itself could have made.
  static const Pattern made(R"(^bbb-\d+-\d+$)");
  if (left.parent_path() == fs::temp_directory_path() && made.search(left.filename().string()) &&
      ::lstat(left.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid()) {
    remove_whatever_it_takes(left);
  }
}

}  // namespace

void remove_noted(const fs::path& note) {
  remove_leftover(note);
  std::error_code ignored;
  fs::remove(note, ignored);
}

Scratch::Scratch(fs::path note) : note_(std::move(note)) {
  remove_leftover(note_);
  for (unsigned attempt = 0;; ++attempt) {
    directory_ = fs::temp_directory_path() / fmt::format("bbb-{}-{}", ::getpid(), attempt);
    struct stat status {};
    if (::lstat(directory_.c_str(), &status) == 0) continue;
    write_file(note_, directory_.string() + "\n");
    if (::mkdir(directory_.c_str(), 0700) == 0) return;
    if (errno == EEXIST) continue;
    throw Error(fmt::format("cannot make a temporary directory {}: {}; set TMPDIR to where there is room",
                            directory_.string(), std::strerror(errno)),
                ExitStatus::internal);
  }
}

Scratch::~Scratch() {
  remove_whatever_it_takes(directory_);
  std::error_code ignored;
  fs::remove(note_, ignored);
}

}  // namespace bbbisect
