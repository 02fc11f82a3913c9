// Reads what list_orders.py prints, and rebuilds each order from the log: prints how many are right, and the first
// that is not. The selection is handed over where the log alone cannot tell, as the local runner would.
#include <bbbisect/error.hpp>
#include <bbbisect/question.hpp>

#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>

using namespace bbbisect;

int main() try {
  std::map<OrderFrom, int> right;
  std::map<std::string, std::string> sections;
  std::string section;
  const auto names_of = [&](const char* key) {
    TestOrder names;
    std::istringstream text(sections[key]);
    for (std::string name; std::getline(text, name);) names.push_back(name);
    return names;
  };
  for (std::string line; std::getline(std::cin, line);) {
    if (!line.starts_with('@')) {
      sections[section] += line + "\n";
      continue;
    }
    section = line;
    if (line != "@end") continue;
    std::istringstream text(sections["@log"]);
    const BuildLog log = read_build_log(text);
    const StartOrder order = pose_question(log, std::nullopt, Extent::whole, [&] { return names_of("@base"); }).order;
    const TestOrder wanted = names_of("@order");
    if (order.tests != wanted || !order.complete) {
      std::cout << "rebuilt from " << describe(order.from) << (order.complete ? "" : ", incomplete") << ":\n"
                << join(order.tests, "\n") << "\nwanted:\n"
                << join(wanted, "\n") << "\nfrom:\n"
                << sections["@log"];
      return EXIT_FAILURE;
    }
    ++right[order.from];
    sections.clear();
  }
  for (const auto& [from, count] : right) std::cout << ' ' << count << " from " << describe(from);
  std::cout << '\n';
  return right.empty() ? EXIT_FAILURE : EXIT_SUCCESS;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return EXIT_FAILURE;
}
