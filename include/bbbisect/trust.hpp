// Whether what stands in a directory is the user's own.
#pragma once

#include <filesystem>

namespace bbbisect {

/// True when `directory` is there, and nobody but the user and root can put a file into it, or put another
/// directory in its place or in that of one above it: what sshd asks of a home (StrictModes; like Debian's, it
/// does not mind a group that is the user's own). In a sticky
/// directory, such as /tmp, others cannot replace what is not theirs.
bool only_ours(const std::filesystem::path& directory);

}  // namespace bbbisect
