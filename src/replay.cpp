#include "harmless.hpp"

#include <bbbisect/python_random.hpp>
#include <bbbisect/replay.hpp>

#include <algorithm>

namespace bbbisect {

std::vector<std::string> Replay::launch() const {
  std::vector<std::string> words{python};
  words.insert(words.end(), options.python_options.begin(), options.python_options.end());
  words.insert(words.end(), {"-m", "test"});
  words.insert(words.end(), options.runner_options.begin(), options.runner_options.end());
  if (workers > 0) words.push_back("-j" + std::to_string(workers));
  return words;
}

// For a shell: the same as Command::environment.
std::vector<std::string> Replay::surroundings() const {
  if (environment.empty()) return {};
  std::vector<std::string> words{"env"};
  for (const auto& [name, value] : environment) {
    if (!value) words.insert(words.end(), {"-u", name});
  }
  for (const auto& [name, value] : environment) {
    if (value) words.push_back(name + "=" + *value);
  }
  return words;
}

std::vector<std::string> Replay::seeding() const {
  if (!seed) return {};
  std::vector<std::string> words{"--randseed=" + *seed};
  if (features.has("--no-randomize")) words.emplace_back("--no-randomize");
  return words;
}

// --randseed alone shuffles, so a runner without --no-randomize is given what the shuffle turns into `tests`.
TestOrder Replay::given(const TestOrder& tests) const {
  return seed && !features.has("--no-randomize") ? unshuffled(tests, *seed) : tests;
}

std::vector<std::string> Replay::argv(const TestOrder& tests) const {
  return concat(surroundings(), concat(concat(launch(), seeding()), given(tests)));
}

std::vector<std::string> Replay::probe_argv(const TestOrder& tests, const std::filesystem::path& file,
                                            const std::filesystem::path& tempdir) const {
  std::vector<std::string> words = launch();
  if (features.has("--tempdir")) words.push_back("--tempdir=" + tempdir.string());
  words = concat(words, seeding());
  return concat(words, fits_in_file(tests) ? TestOrder{"--fromfile", file.string()} : given(tests));
}

std::string Replay::file_text(const TestOrder& tests) const { return join(given(tests), "\n") + "\n"; }

std::vector<std::string> Replay::plain_argv(const TestOrder& tests) const {
  return concat(surroundings(), concat(launch(), tests));
}

TestOrder for_workers(TestOrder tests, int workers) {
  const std::size_t place = std::min(tests.size(), static_cast<std::size_t>(std::max(workers, 1))) - 1;
  std::rotate(tests.begin() + static_cast<std::ptrdiff_t>(place), tests.end() - 1, tests.end());
  return tests;
}

std::optional<std::string> seed_to_give(const std::optional<std::string>& printed) {
  return printed && why_not(WordKind::seed, *printed).empty() ? printed : std::nullopt;
}

bool fits_in_file(const TestOrder& tests) {
  return std::none_of(tests.begin(), tests.end(),
                      [](const std::string& test) { return test.find('.') != std::string::npos; });
}

TestOrder read_list_tests(std::string_view output) {
  TestOrder tests;
  for (std::size_t start = 0; start < output.size();) {
    const std::size_t end = std::min(output.find('\n', start), output.size());
    std::string_view line = output.substr(start, end - start);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (is_test_name(line)) tests.emplace_back(line);
    start = end + 1;
  }
  return tests;
}

}  // namespace bbbisect
