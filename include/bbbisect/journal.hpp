// What was asked and answered, on disk: a search that was ended by Ctrl-C, kill -9 or a power cut goes on
// where it was. One directory per search, readable by a person:
//   about        what this search is: log, runner, options; another search never reads this journal
//   journal      one line of JSON per answer, in the order of the probes, written when the answer is known
//   007.tests    the sequence of probe 7, as the runner's --fromfile reads it
//   007.log      what the runner printed
//   007-2.tests, 007-2.log   of its second part, when it was run in several at a time (--jobs)
#pragma once

#include <bbbisect/search.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace bbbisect {

class Journal {
 public:
  /// Opens the journal of the search that `about` describes, below `state`; creates it when there is none,
  /// and empties it when `fresh`. `label` is the readable part of its name. Throws Error: usage when `state`
  /// cannot be used or another bbbisect is at work in it, internal when the disk is full.
  Journal(const std::filesystem::path& state, const std::string& label, const std::string& about, bool fresh);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Asks only what the journal does not know; the n-th time that a sequence is asked, its n-th answer is
  /// recalled. `variant` tells apart worlds that are asked the same. The journal must outlive the result.
  Ask remember(Ask ask, std::string variant = {});

  /// Where the next probe leaves its evidence, by the parts in which it is run.
  [[nodiscard]] std::filesystem::path next_tests(int part = 1) const;
  [[nodiscard]] std::filesystem::path next_log(int part = 1) const;
  /// Removes the evidence of its parts but the first: it is run anew.
  void forget_parts();

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  /// How many answers were known when it was opened.
  [[nodiscard]] std::size_t known() const { return known_; }

 private:
  void load();
  void forget();
  bool forget_evidence(std::size_t number, int part);
  void forget_parts_of(std::size_t number);
  [[nodiscard]] std::filesystem::path evidence(std::size_t number, int part, const char* kind) const;
  void note(const std::string& variant, const Probe& probe, const Answer& answer);

  std::filesystem::path directory_;
  int lock_ = -1;
  int file_ = -1;
  std::size_t answers_ = 0;
  std::size_t known_ = 0;
  using Key = std::tuple<std::string, int, TestOrder>;  // the variant, where it is ended, and what was run
  std::map<Key, std::vector<Answer>> answered_;
  std::map<Key, std::size_t> recalled_;
};

/// Writes `text` as the whole of the file `path`, or leaves what was there: never half of it. Throws Error
/// (internal).
void write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace bbbisect
