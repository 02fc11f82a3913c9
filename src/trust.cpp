#include <bbbisect/trust.hpp>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include <unistd.h>

#include <string_view>

namespace bbbisect {
namespace fs = std::filesystem;
namespace {

// Debian gives each user a group of the user's own, and with a umask of 002 all files are writable by it.
bool is_private(gid_t group) {
  if (group == 0) return true;
  const passwd* user = ::getpwuid(::geteuid());
  if (user == nullptr || user->pw_gid != group) return false;
  const std::string_view name = user->pw_name;
  const struct group* members = ::getgrgid(group);
  if (members == nullptr || name != members->gr_name) return false;
  for (char** member = members->gr_mem; *member != nullptr; ++member) {
    if (name != *member) return false;
  }
  return true;
}

}  // namespace

bool only_ours(const fs::path& directory) {
  std::error_code problem;
  fs::path place = fs::canonical(directory, problem);
  if (problem || !fs::is_directory(place, problem)) return false;
  for (bool is_above = false;; is_above = true, place = place.parent_path()) {
    struct stat status {};
    if (::stat(place.c_str(), &status) != 0) return false;
    const bool is_own = status.st_uid == ::geteuid() || status.st_uid == 0;
    const bool group_writes = (status.st_mode & S_IWGRP) != 0 && !is_private(status.st_gid);
    const bool others_write = (status.st_mode & S_IWOTH) != 0 || group_writes;
    const bool protects = is_above && (status.st_mode & S_ISVTX) != 0;
    if (!is_own || (others_write && !protects)) return false;
    if (place == place.root_path()) return true;
  }
}

}  // namespace bbbisect
