// Ranks the culprits of known failures by duration and by suspicion per second; for suspicion_weights.sh.
#include <bbbisect/durations.hpp>
#include <bbbisect/question.hpp>
#include <bbbisect/sources.hpp>
#include <bbbisect/suspicion.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <functional>
#include <map>
#include <set>

using namespace bbbisect;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::vector<std::vector<std::string>> rows_of(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.front() != '#') rows.push_back(split(line, '\t'));
  }
  return rows;
}

/// A failure whose culprits are known.
struct Known {
  Question question;
  TestOrder culprits;
  Sources sources;
  std::map<std::string, double> seconds;  // by suspect

  [[nodiscard]] double total() const {
    double sum = 0;
    for (const std::string& suspect : question.suspects) sum += seconds.at(suspect);
    return sum;
  }
};

double factor_of(const Suspicion& suspicion, const std::string& test) {
  const auto found = suspicion.find(test);
  return found == suspicion.end() ? 1 : found->second;
}

/// By suspect: its rank, and the share of the whole time after which it has been examined.
struct Place {
  std::size_t rank;
  double share;
};
std::map<std::string, Place> places(const Known& known, const Suspicion& suspicion, double exponent = 1) {
  TestOrder order = known.question.suspects;
  const auto cost = [&](const std::string& test) {
    return known.seconds.at(test) / std::pow(factor_of(suspicion, test), exponent);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const std::string& a, const std::string& b) { return cost(a) < cost(b); });
  std::map<std::string, Place> result;
  const double total = known.total();
  double passed = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    passed += known.seconds.at(order[i]);
    result[order[i]] = {i + 1, passed / total};
  }
  return result;
}

/// When the last of the culprits has been examined.
double share_of_culprits(const Known& known, const std::map<std::string, Place>& all) {
  double share = 0;
  for (const std::string& culprit : known.culprits) share = std::max(share, all.at(culprit).share);
  return share;
}

double mean_share(const std::map<std::string, Place>& all) {
  double sum = 0;
  for (const auto& [test, place] : all) sum += place.share;
  return sum / static_cast<double>(all.size());
}

TestOrder whole(const Question& question) {
  TestOrder tests = question.suspects;
  tests.push_back(question.victim);
  return tests;
}

Known from_log(const std::vector<std::string>& row, const fs::path& directory) {
  Known known;
  known.question = pose_question(read_build_log(fs::path(row.at(0))), row.at(1), Extent::shown, {});
  known.culprits = split(row.at(2), ',');
  known.sources = read_sources(directory, whole(known.question));
  const Durations durations(known.question.run);
  for (const std::string& suspect : known.question.suspects) {
    known.seconds[suspect] = durations.of(suspect).count();
  }
  return known;
}

/// All tests of the checkout stand before the victim: that is where a search has most to do.
Known from_pair(const std::vector<std::string>& row, const fs::path& directory,
                const std::map<std::string, double>& seconds) {
  Known known;
  Question& question = known.question;
  question.victim = row.at(0);
  question.failure.emplace();
  if (row.at(3) != "-") question.failure->modules = split(row.at(3), ',');
  known.culprits = split(row.at(1), ',');
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().stem().string();
    const bool is_test = entry.is_directory() || entry.path().extension() == ".py";
    if (is_test && is_test_name(name) && !same_test(name, question.victim)) names.insert(name);
  }
  question.suspects.assign(names.begin(), names.end());
  known.sources = read_sources(directory, whole(question));
  double average = 0;
  for (const auto& [test, one] : seconds) average += one / static_cast<double>(seconds.size());
  for (const std::string& suspect : question.suspects) {
    const auto found = seconds.find(suspect);
    known.seconds[suspect] = found == seconds.end() ? average : found->second;
  }
  return known;
}

/// Packages in one, and without the start of the process.
std::map<std::string, double> read_durations(const fs::path& file) {
  std::map<std::string, double> seconds;
  for (const auto& row : rows_of(file)) {
    const std::string name(module_of(row.at(0)));
    seconds[name.substr(0, name.find('.'))] += std::max(std::stod(row.at(1)) - 0.15, 0.02);
  }
  return seconds;
}

void print(const Known& known) {
  const Question& question = known.question;
  const Suspicion environment = suspicion_by_environment(question);
  const Suspicion traceback = suspicion_by_traceback(question, known.sources);
  const Suspicion sources = suspicion_by_sources(question, known.sources);
  const Suspicion neighbourhood = suspicion_by_neighbourhood(question);
  const Suspicion all = suspicion_of(question, known.sources);
  const auto plain = places(known, {});
  const auto suspicious = places(known, all);
  for (const std::string& culprit : known.culprits) {
    fmt::print(
        "{:<28} {:<20} {:>5.1f} {:>5.1f} {:>5.1f} {:>5.1f} {:>5.1f}   {:>3} -> {:>3} of {:<3}  {:>5.1f} % -> "
        "{:>5.1f} %\n",
        question.victim, culprit, factor_of(environment, culprit), factor_of(traceback, culprit),
        factor_of(sources, culprit), factor_of(neighbourhood, culprit), factor_of(all, culprit), plain.at(culprit).rank,
        suspicious.at(culprit).rank, question.suspects.size(), 100 * plain.at(culprit).share,
        100 * suspicious.at(culprit).share);
  }
}

void print_summary(const std::string& title, const std::vector<Known>& all,
                   const std::function<Suspicion(const Known&)>& suspect, double exponent = 1) {
  std::vector<double> shares;
  std::vector<double> ratios;
  double mean = 0;
  double anyone = 0;
  for (const Known& known : all) {
    const auto plain = places(known, {});
    const auto suspicious = places(known, suspect(known), exponent);
    const double share = share_of_culprits(known, suspicious);
    shares.push_back(share);
    ratios.push_back(share / share_of_culprits(known, plain));
    mean += share / static_cast<double>(all.size());
    anyone += mean_share(suspicious) / static_cast<double>(all.size());
  }
  std::sort(shares.begin(), shares.end());
  std::sort(ratios.begin(), ratios.end());
  const std::size_t middle = shares.size() / 2;
  const auto worse = std::count_if(ratios.begin(), ratios.end(), [](double ratio) { return ratio > 1.005; });
  fmt::print("{:<36} {:>5.1f} % {:>5.1f} % {:>6.2f} {:>6.2f} {:>4} of {:<3} {:>5.1f} %\n", title, 100 * shares[middle],
             100 * mean, ratios[middle], ratios.back(), worse, ratios.size(), 100 * anyone);
}

void print_table(const std::string& title, const std::vector<Known>& all) {
  if (all.empty()) return;
  fmt::print("\n{:<36} {:>7} {:>7} {:>6} {:>6} {:>9} {:>9}\n", title, "median", "mean", "ratio", "worst", "slower",
             "anyone");
  print_summary("duration alone", all, [](const Known&) { return Suspicion(); });
  print_summary("... and the environment", all,
                [](const Known& known) { return suspicion_by_environment(known.question); });
  print_summary("... and the traceback", all,
                [](const Known& known) { return suspicion_by_traceback(known.question, known.sources); });
  print_summary("... and the sources", all,
                [](const Known& known) { return suspicion_by_sources(known.question, known.sources); });
  print_summary("... and the neighbourhood", all,
                [](const Known& known) { return suspicion_by_neighbourhood(known.question); });
  const auto together = [](const Known& known) { return suspicion_of(known.question, known.sources); };
  print_summary("all together", all, together);
  print_summary("all together, weaker (square root)", all, together, 0.5);
  print_summary("all together, stronger (square)", all, together, 2);
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 4) {
    std::fputs("usage: suspicion_weights LOGS PAIRS DURATIONS VERSION=DIRECTORY...\n", stderr);
    return 2;
  }
  std::map<std::string, fs::path> directories;
  for (std::size_t i = 3; i < arguments.size(); ++i) {
    const std::vector<std::string> parts = split(arguments[i], '=');
    directories.emplace(parts.at(0), parts.at(1));
  }
  std::vector<Known> all;
  for (const auto& row : rows_of(arguments[0])) {
    if (directories.contains(row.at(3))) all.push_back(from_log(row, directories.at(row.at(3))));
  }
  const std::map<std::string, double> seconds = read_durations(arguments[2]);
  for (const auto& row : rows_of(arguments[1])) {
    if (directories.contains(row.at(2))) all.push_back(from_pair(row, directories.at(row.at(2)), seconds));
  }
  fmt::print("{:<28} {:<20} {:>5} {:>5} {:>5} {:>5} {:>5}   {:<17}  {}\n", "victim", "culprit", "env", "trace", "src",
             "next", "all", "rank", "examined after (of all time)");
  for (const Known& known : all) print(known);
  print_table("all", all);
  std::erase_if(all, [](const Known& known) {
    return std::find(known.culprits.begin(), known.culprits.end(), "test_importlib") != known.culprits.end();
  });
  print_table("without test_importlib's", all);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "suspicion_weights: %s\n", error.what());
    return 1;
  }
}
