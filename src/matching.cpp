#include <bbbisect/matching.hpp>

#include "build_text.hpp"
#include "log_text.hpp"

#include <bbbisect/command.hpp>
#include <bbbisect/differences.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace bbbisect {
namespace {

constexpr const char* upstream = "https://github.com/python/cpython";

// The number of "remotes/pull/123/merge": the log is of a change that was not merged.
std::string pull_request_of(std::string_view branch) {
  const std::size_t start = branch.find("pull/");
  if (start == std::string_view::npos) return {};
  std::string_view number = branch.substr(start + 5);
  number = number.substr(0, number.find('/'));
  return all_digits(number) && number.size() <= 9 ? std::string(number) : std::string();
}

std::vector<std::string> configure_words(const Build& log) {
  std::vector<std::string> words;
  if (log.debug.value_or(false)) words.emplace_back("--with-pydebug");
  if (log.free_threaded.value_or(false)) words.emplace_back("--disable-gil");
  words.insert(words.end(), log.options.begin(), log.options.end());
  return words;
}

bool stands_at(const std::string& head, const std::string& revision) {
  return !head.empty() && revision.size() >= 7 && head.starts_with(revision);
}

}  // namespace

std::string revision_of(const Build& build) {
  if (!build.commit.empty()) return build.commit;
  const std::optional<Release> release = release_of(build.version);
  return release ? "v" + release->name : "";
}

std::vector<std::string> matching_commands(const Question& question, const std::optional<LocalBuild>& local,
                                           unsigned cpus, const std::vector<std::string>& bbbisect) {
  const Build log = logged_build(question);
  std::vector<std::string> lines;
  const auto run = [&](const std::vector<std::string>& argv) { lines.push_back(quote_words(argv)); };
  const auto remark = [&](const std::string& text) { lines.push_back("# " + text); };

  const std::string revision = revision_of(log);
  if (local && !revision.empty() && phrase_of(differences(question, *local, {})).empty()) {
    remark("as far as the log tells, this Python is built like its own");
    run(bbbisect);
    return lines;
  }
  if (log.system != "Linux" && !log.system.empty()) {
    remark(fmt::format("the log is of {}: what fails there for that reason passes in a build made here",
                       in_a_line(log.system)));
  } else if (local && !log.architecture.empty() && log.architecture != local->build.architecture) {
    remark(fmt::format("the log is of {}: what fails there for that reason passes in a build made here",
                       log.architecture));
  }
  if (revision.empty()) remark("the log names neither a commit nor a release: check out the one of its build yourself");
  if (log.commit.empty() && log.version.ends_with('+')) {
    remark(fmt::format("the log names no commit: {} is somewhere behind {}", in_a_line(log.version),
                       revision.empty() ? "it" : revision));
  }

  // In the checkout that is here, else in a new one.
  const bool here = local && !local->head.empty() && !local->source.empty();
  const bool apart = here && !local->build_directory.empty() && local->build_directory != local->source;
  const std::string source = here ? local->source : revision.empty() ? "cpython" : "cpython-" + revision;
  std::vector<std::string> git{"git"};
  if (here) {
    run({"cd", apart ? local->build_directory : source});
    if (apart) git.insert(git.end(), {"-C", source});
  } else {
    run({"git", "clone", upstream, source});
    run({"cd", source});
  }
  const auto run_git = [&](std::vector<std::string> words) {
    words.insert(words.begin(), git.begin(), git.end());
    run(words);
  };
  if (!revision.empty() && !(here && stands_at(local->head, revision))) {
    if (const std::string pull = pull_request_of(log.branch); !pull.empty() && !log.commit.empty()) {
      run_git({"fetch", upstream, "refs/pull/" + pull + "/merge"});
    } else if (here) {
      run_git({"fetch", "--tags", upstream});
    }
    run_git({"checkout", "--detach", revision});
  }
  std::vector<std::string> configure{apart ? source + "/configure" : "./configure"};
  const std::vector<std::string> options = configure_words(log);
  configure.insert(configure.end(), options.begin(), options.end());
  if (!log.debug) remark("the log does not tell whether it is of a debug build; most buildbots have --with-pydebug");
  run(configure);
  if (here) run({"make", "clean"});
  run({"make", fmt::format("-j{}", std::max(cpus, 1U))});
  run(bbbisect);
  return lines;
}

}  // namespace bbbisect
