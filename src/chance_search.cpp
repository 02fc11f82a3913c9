#include "chance_search.hpp"

#include "belief.hpp"
#include "plan.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace bbbisect {
namespace {

// A run ends after so many failing checks in a row that chance alone does that once in 300 places; no fewer than
// three, and no more than eight.
constexpr double seldom = 1.0 / 300;
constexpr int least_in_a_row = 3;
constexpr int most_in_a_row = 8;
// When a suspect is this likely, it is time for plain runs with it alone.
constexpr double worth_a_try = 0.5;
// When it is less likely than this, the search goes on elsewhere.
constexpr double given_up = 0.2;
// Suspects less likely than this part of the likeliest are left out of a run.
constexpr double hardly = 1e-4;
// Plain runs of one claim; rates that do not show by then are too close.
constexpr int most_plain_runs = 120;
// As a multiple of one run of everything, and of the victim alone: where there are few suspects, its rates take
// longer to tell than they do to run. And never more runs.
constexpr double most_time = 2.5;
constexpr double most_time_of_victim = 100;
constexpr int most_runs = 200;
// How likely it is, before anything was seen, that no suspect has to do with it.
constexpr double nobody = 0.1;
constexpr std::size_t leads_shown = 5;

class ChanceSearch {
 public:
  ChanceSearch(Lab& lab, const Case& the_case, const std::set<int>& removed, std::set<std::string>& broke)
      : lab_(lab), case_(the_case), broke_(broke), belief_(the_case.suspects.size()) {
    const std::size_t count = case_.suspects.size();
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += lab_.weight(static_cast<int>(i));
    for (std::size_t i = 0; i < count; ++i) weights_.push_back(lab_.weight(static_cast<int>(i)) / sum * (1 - nobody));
    for (int suspect : removed) drop(suspect);
  }

  Conclusion run() {
    const double begun = lab_.spent();
    for (int runs = 0; runs < most_runs && lab_.spent() - begun < time_limit(); ++runs) {
      take_in_history();
      const std::vector<double> odds = belief_.odds(weights_, nobody);
      const auto best = std::max_element(odds.begin(), odds.end() - 1);
      const int suspect = static_cast<int>(best - odds.begin());
      if (1 - odds.back() < (1 - case_.confidence) / 100) break;
      if (*best >= worth_a_try) {
        switch (prove(suspect)) {
          case Proof::given:
            return blamed(suspect);
          case Proof::not_to_be_had:
            drop(suspect);
            break;
          case Proof::doubtful:
            break;
        }
        continue;
      }
      if (!look(odds)) break;
    }
    return shortlist();
  }

 private:
  void drop(int suspect) { weights_[static_cast<std::size_t>(suspect)] = 1e-12; }

  // By what is known of the durations now.
  [[nodiscard]] double whole() const {
    double sum = lab_.seconds(the_victim) + lab_.start_up();
    for (std::size_t i = 0; i < case_.suspects.size(); ++i) sum += lab_.seconds(static_cast<int>(i));
    return sum;
  }

  [[nodiscard]] double time_limit() const {
    return most_time * whole() + most_time_of_victim * (lab_.seconds(the_victim) + lab_.start_up());
  }

  void take_in_history() {
    for (; taken_ < lab_.history().size(); ++taken_) {
      const Lab::Looked& looked = lab_.history()[taken_];
      belief_.learn(looked.run, looked.answer.checks);
      if (!looked.answer.breaker) continue;
      broke_.insert(*looked.answer.breaker);
      for (int breaker : lab_.numbers_of({*looked.answer.breaker})) {
        if (breaker != the_victim) drop(breaker);
      }
    }
  }

  // One run over those who may be it, the likeliest per second first. A check is repeated where going on to the
  // next one would take longer.
  bool look(const std::vector<double>& odds) {
    const double most = *std::max_element(odds.begin(), odds.end() - 1);
    NumberedRun pool;
    std::vector<Stop> stops;
    double in = 0;
    for (std::size_t i = 0; i + 1 < odds.size(); ++i) {
      if (odds[i] < most * hardly) continue;
      pool.push_back(static_cast<int>(i));
      stops.push_back({lab_.seconds(pool.back()), odds[i]});
      in += odds[i];
    }
    if (pool.empty()) return false;
    lab_.suspects_left = pool.size();
    std::vector<Stop> in_order;
    NumberedRun ordered;
    for (const std::vector<std::size_t>& wave : waves(stops)) {
      for (std::size_t index : wave) {
        in_order.push_back(stops[index]);
        ordered.push_back(pool[index]);
      }
    }
    const double check = lab_.seconds(the_victim);
    const auto best = static_cast<std::size_t>(std::max_element(odds.begin(), odds.end() - 1) - odds.begin());
    const int enough_in_a_row =
        std::clamp(static_cast<int>(std::ceil(std::log(seldom) / std::log(belief_.rate_before(best)))), least_in_a_row,
                   most_in_a_row);
    const std::vector<std::size_t> ends = checks_after(in_order, std::max(1 - in, 0.01), {2 * check, lab_.start_up()});
    NumberedRun run;
    std::size_t begin = 0;
    for (std::size_t k = 0; k < ends.size(); ++k) {
      run.insert(run.end(), ordered.begin() + static_cast<std::ptrdiff_t>(begin),
                 ordered.begin() + static_cast<std::ptrdiff_t>(ends[k]));
      double next = k + 1 < ends.size() ? 0 : enough_in_a_row * check;
      for (std::size_t i = ends[k]; k + 1 < ends.size() && i < ends[k + 1]; ++i) next += in_order[i].seconds;
      const int repeats = std::clamp(static_cast<int>(std::ceil(next / std::max(check, 0.01))), 1, enough_in_a_row);
      for (int i = 0; i < repeats; ++i) run.push_back(the_victim);
      begin = ends[k];
    }
    lab_.look(run, Purpose::narrow, enough_in_a_row);
    return true;
  }

  enum class Proof {
    given,
    doubtful,       // by what these runs told, somebody else is as likely
    not_to_be_had,  // no answers, or no end of them
  };

  // Fresh plain runs with the suspect and without, in turn, until their rates differ beyond doubt, or do not.
  Proof prove(int suspect) {
    const double wanted = 100 / (1 - case_.confidence);
    const TestOrder with = lab_.names_of({suspect});
    // What was seen before is why this suspect was chosen, and is no proof; the victim alone chose nobody.
    Tally& after = fresh_[suspect];
    Evidence& alone = lab_.seen({});
    while (after.all() < most_plain_runs) {
      const Tally before{alone.passes, alone.fails};
      if (after.all() >= case_.runs && before.all() >= case_.runs && odds_that_rates_differ(after, before) >= wanted) {
        return Proof::given;
      }
      take_in_history();
      if (belief_.odds(weights_, nobody)[static_cast<std::size_t>(suspect)] < given_up) return Proof::doubtful;
      if (before.all() < after.all()) {
        lab_.plain(TestOrder{}, Purpose::confirm);
        if (alone.unresolved > most_plain_runs) return Proof::not_to_be_had;
        continue;
      }
      const Answer answer = lab_.plain(with, Purpose::confirm);
      if (answer.check(0) == Outcome::unresolved) return Proof::not_to_be_had;
      after.add(answer.check(0));
    }
    return Proof::not_to_be_had;
  }

  Conclusion blamed(int suspect) {
    Conclusion conclusion;
    conclusion.verdict = Verdict::order_dependent;
    conclusion.at_times = true;
    conclusion.group.culprits = lab_.names_of({suspect});
    conclusion.group.proof = {lab_.seen({}), lab_.seen(conclusion.group.culprits)};
    return conclusion;
  }

  Conclusion shortlist() {
    take_in_history();
    Conclusion conclusion;
    const Evidence& alone = lab_.seen({});
    conclusion.why = case_.victim + " passes and fails by chance: alone it fails in " + std::to_string(alone.fails) +
                     " of " + std::to_string(alone.runs()) +
                     " runs, and no suspect was seen to change that beyond doubt";
    const std::vector<double> odds = belief_.odds(weights_, nobody);
    std::vector<std::size_t> order(odds.size() - 1);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return odds[a] > odds[b]; });
    for (std::size_t index : order) {
      if (odds[index] < 0.01 || conclusion.leads.size() == leads_shown) break;
      conclusion.leads.push_back({case_.suspects[index], odds[index]});
    }
    conclusion.group.proof.push_back(alone);
    return conclusion;
  }

  Lab& lab_;
  const Case& case_;
  std::set<std::string>& broke_;
  Belief belief_;
  std::vector<double> weights_;
  std::size_t taken_ = 0;
  std::map<int, Tally> fresh_;  // plain runs of a suspect that were made for its proof
};

}  // namespace

Conclusion search_by_chance(Lab& lab, const Case& the_case, const std::set<int>& removed,
                            std::set<std::string>& broke) {
  return ChanceSearch(lab, the_case, removed, broke).run();
}

}  // namespace bbbisect
