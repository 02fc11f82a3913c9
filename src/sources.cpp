#include <bbbisect/sources.hpp>

#include <algorithm>
#include <fstream>
#include <vector>

namespace bbbisect {
namespace fs = std::filesystem;
namespace {

// A checkout has about 500 tests in 20 MiB; the largest file has 0.4 MiB, the largest package 100 files.
constexpr std::size_t most_tests = 5000;
constexpr std::size_t most_files = 300;  // of a test
constexpr int deepest = 4;               // directories in its package
constexpr std::size_t longest_file = 1 << 20;
constexpr std::size_t most_bytes_of_test = 8 << 20;
constexpr std::size_t most_bytes = 128 << 20;

/// The Python files of the module or package `dotted` below `directory`, sorted.
std::vector<fs::path> files_of(const fs::path& directory, std::string dotted) {
  std::replace(dotted.begin(), dotted.end(), '.', '/');
  const fs::path module = directory / dotted;
  std::vector<fs::path> files;
  std::error_code problem;
  fs::path file = module;
  file += ".py";
  if (fs::is_regular_file(file, problem)) {
    files.push_back(std::move(file));
    return files;
  }
  const auto options = fs::directory_options::skip_permission_denied;
  for (auto it = fs::recursive_directory_iterator(module, options, problem);
       !problem && it != fs::recursive_directory_iterator() && files.size() < most_files; it.increment(problem)) {
    std::error_code ignored;
    if (it.depth() >= deepest) it.disable_recursion_pending();
    if (it->path().extension() == ".py" && it->is_regular_file(ignored)) files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void append(std::string& text, const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::size_t before = text.size();
  text.resize(before + longest_file);
  in.read(text.data() + before, longest_file);
  text.resize(before + static_cast<std::size_t>(in.gcount()));
  text += '\n';
}

std::string text_of(const fs::path& directory, const std::string& dotted) {
  std::string text;
  for (const fs::path& file : files_of(directory, dotted)) {
    if (text.size() < most_bytes_of_test) append(text, file);
  }
  return text;
}

}  // namespace

Sources read_sources(const fs::path& directory, const TestOrder& tests) {
  Sources sources;
  std::size_t bytes = 0;
  for (const std::string& test : tests) {
    // Names of tests are dotted identifiers, so that the path cannot lead out of the directory.
    if (sources.size() >= most_tests || bytes >= most_bytes) break;
    if (directory.empty() || !is_test_name(test) || sources.contains(test)) continue;
    std::string text = text_of(directory, std::string(module_of(test)));
    if (text.empty()) continue;
    for (const std::string& helper : helpers_of(text)) {
      if (text.size() >= most_bytes_of_test) break;
      text +=
          helper.starts_with("test.") ? text_of(directory, helper.substr(5)) : text_of(directory.parent_path(), helper);
    }
    bytes += text.size();
    sources.emplace(test, touches_of(text));
  }
  return sources;
}

}  // namespace bbbisect
