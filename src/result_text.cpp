#include <bbbisect/cleared.hpp>
#include <bbbisect/judge.hpp>
#include <bbbisect/printable.hpp>
#include <bbbisect/result.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace bbbisect {
namespace {

std::string heading(const std::string& text, bool color) {
  return color ? fmt::format("\x1b[1m{}\x1b[0m\n", text) : text + "\n";
}

// "a, b and c", or "a, then b, then c" where the order was seen to matter.
std::string phrase(const TestOrder& group, bool order_matters) {
  if (order_matters || group.size() < 2) return join(group, ", then ");
  return join({group.begin(), group.end() - 1}) + " and " + group.back();
}

std::string percent(double rate) { return fmt::format("{:.0f} %", rate * 100); }

// "-bb", "-bb and -W error"
std::string flags_of(const Result& result) { return phrase(result.circumstances.names(result.finding.factors), false); }

std::string seed_of(const Result& result) { return result.circumstances.seed(result.finding.failing).value_or(""); }

std::string groups_of(const Conclusion& conclusion) {
  std::string who = phrase(conclusion.group.culprits, conclusion.group.order_matters);
  for (const Group& other : conclusion.others) who += ", or after " + phrase(other.culprits, other.order_matters);
  return who;
}

std::string beside_of(const Conclusion& conclusion) {
  return phrase(conclusion.group.culprits, false) + (conclusion.group.culprits.size() == 1 ? " runs" : " run");
}

// What the victim does, as the verdict has it.
std::string statement_of(const Result& result) {
  const Finding& finding = result.finding;
  const Conclusion& conclusion = finding.order;
  switch (finding.verdict) {
    case Verdict::order_dependent:
      return "fails after " + groups_of(conclusion);
    case Verdict::state_setter:
      return "fails alone, and passes after " + groups_of(conclusion);
    case Verdict::flags_dependent:
      return fmt::format("fails with {}, and passes without", flags_of(result));
    case Verdict::random_seed:
      return fmt::format("fails with the seed {}, and passes with others", seed_of(result));
    case Verdict::parallel:
      return conclusion.group.culprits.empty() ? "fails in a worker of a parallel run, even alone"
                                               : fmt::format("fails while {} at the same time", beside_of(conclusion));
    case Verdict::transient:
      return "fails at times, under the same conditions";
    case Verdict::plain_failure:
      return "fails alone, whatever the flags";
    case Verdict::fails_alone:
      return "fails alone: no other test is needed";
    case Verdict::not_reproduced:
      return "does not fail here";
    case Verdict::inconclusive:
      return "fails for a reason that could not be proven";
  }
  return {};
}

std::string sentence_of(const Result& result, const std::string& victim) {
  return fmt::format("{} {} ({}{})", victim, statement_of(result), describe(result.finding.verdict),
                     result.finding.order.at_times ? ", at times" : "");
}

const Evidence* evidence_of(const Group& group, const TestOrder& before) {
  const auto found =
      std::find_if(group.proof.begin(), group.proof.end(), [&](const Evidence& seen) { return seen.before == before; });
  return found == group.proof.end() ? nullptr : &*found;
}

const Observation* seen_alone(const Finding& finding, const Conditions& conditions) {
  const auto found = std::ranges::find(finding.proof, conditions, &Observation::conditions);
  return found == finding.proof.end() ? nullptr : &*found;
}

// "6 of 20 runs", of those that came to an answer.
std::string rate_text(const Rate& rate) {
  return fmt::format("{} of {} runs ({}; the true rate is between {} and {}, nineteen times in twenty)", rate.fails,
                     rate.runs, percent(rate.runs > 0 ? static_cast<double>(rate.fails) / rate.runs : 0),
                     percent(rate.low), percent(rate.high));
}

std::string order_explained(const Group& group, bool at_times) {
  const Evidence* alone = evidence_of(group, {});
  const Evidence* together = evidence_of(group, group.culprits);
  if (alone == nullptr || together == nullptr) return {};
  if (at_times) {
    return fmt::format(
        "It passes and fails by chance: alone it fails in {} of {} runs, and when {} ran before it in the same process "
        "in {} of {}.\n",
        alone->fails, alone->runs(), phrase(group.culprits, false), together->fails, together->runs());
  }
  return fmt::format(
      "It passes alone ({} of {} runs) and fails when {} ran before it in the same process ({} of {}).{}\n",
      alone->passes, alone->runs(), phrase(group.culprits, group.order_matters), together->fails, together->runs(),
      group.order_matters ? " Their order matters." : "");
}

std::string setter_explained(const Group& group) {
  const Evidence* alone = evidence_of(group, {});
  const Evidence* together = evidence_of(group, group.culprits);
  if (alone == nullptr || together == nullptr) return {};
  return fmt::format(
      "It fails alone ({} of {} runs) and passes when {} ran before it in the same process ({} of {}), which set up "
      "state that it relies on.\n",
      alone->fails, alone->runs(), phrase(group.culprits, group.order_matters), together->passes, together->runs());
}

std::string flags_explained(const Result& result) {
  const Finding& finding = result.finding;
  const Observation* with = seen_alone(finding, finding.failing);
  const Observation* without = finding.passing ? seen_alone(finding, *finding.passing) : nullptr;
  if (with == nullptr || without == nullptr) return {};
  // A variable is tried on top of what the log has.
  const bool on_top = finding.failing.factors.size() > finding.factors.size();
  std::string text =
      fmt::format("Alone{} it fails with {} in {} of {} runs, and ", on_top ? ", with the options of the log," : "",
                  flags_of(result), with->fails, with->runs());
  if (finding.factors.size() > 1) return text + "passes with any of them left out. No other test is needed.\n";
  text += fmt::format("without in {} of {}", without->fails, without->runs());
  if (without->skipped > 0) text += fmt::format(" (it is skipped in {})", without->skipped);
  return text + ". No other test is needed.\n";
}

std::string seed_explained(const Result& result) {
  std::vector<std::string> passing;
  for (const int seed : result.finding.other_seeds) {
    Conditions other = *result.finding.passing;
    other.other_seed = seed;
    passing.push_back(result.circumstances.seed(other).value_or(""));
  }
  return fmt::format("Alone it fails with the seed {} and passes with {}. No other test is needed.\n", seed_of(result),
                     phrase(passing, false));
}

std::string parallel_explained(const Result& result) {
  const Group& group = result.finding.order.group;
  const int workers = result.finding.failing.workers;
  if (group.culprits.empty()) {
    return fmt::format("It fails with -j{}, in a process of its own, and passes without.\n", workers);
  }
  const Evidence* alone = evidence_of(group, {});
  const Evidence* together = evidence_of(group, group.culprits);
  if (alone == nullptr || together == nullptr) return {};
  return fmt::format(
      "With -j{} it fails beside {} in {} of {} runs, and alone in {} of {}; in one process it passes after {}.\n",
      workers, phrase(group.culprits, false), together->fails, together->runs(), alone->fails, alone->runs(),
      group.culprits.size() == 1 ? "it" : "them");
}

std::string transient_explained(const Result& result) {
  const Finding& finding = result.finding;
  std::string text = fmt::format("Alone it fails in {}.\n", rate_text(finding.rate.value_or(Rate{})));
  if (finding.raised) {
    text += fmt::format("It fails more often {}: in {}.\n",
                        finding.raised_by.load > 0
                            ? "under load"
                            : fmt::format("with -j{} beside what ran at the same time", finding.raised_by.workers),
                        rate_text(*finding.raised));
  }
  return text;
}

std::string explanation_of(const Result& result) {
  const Finding& finding = result.finding;
  switch (finding.verdict) {
    case Verdict::order_dependent:
      return order_explained(finding.order.group, finding.order.at_times);
    case Verdict::state_setter:
      return setter_explained(finding.order.group);
    case Verdict::flags_dependent:
      return flags_explained(result);
    case Verdict::random_seed:
      return seed_explained(result);
    case Verdict::parallel:
      return parallel_explained(result);
    case Verdict::transient:
      return transient_explained(result);
    case Verdict::plain_failure:
      return "It fails with the options of the log and with the runner's defaults: no other test, and none of its "
             "flags, "
             "is needed.\n";
    case Verdict::fails_alone:
      if (const Evidence* alone = evidence_of(finding.order.group, {})) {
        return fmt::format("It failed in {} of {} runs without any other test.\n", alone->fails, alone->runs());
      }
      break;
    case Verdict::not_reproduced:
    case Verdict::inconclusive:
      break;
  }
  return finding.why.empty() ? "" : fmt::format("{}.\n", finding.why);
}

std::string row_of(const TestOrder& before) {
  if (before.empty()) return "(nothing)";
  return before.size() <= 6 ? join(before) : fmt::format("the {} tests of the log", before.size());
}

// All that was seen, each sequence once.
std::vector<Evidence> all_proof(const Conclusion& conclusion) {
  std::vector<Evidence> all = conclusion.group.proof;
  for (const Group& other : conclusion.others) {
    for (const Evidence& seen : other.proof) {
      const auto known =
          std::find_if(all.begin(), all.end(), [&](const Evidence& row) { return row.before == seen.before; });
      if (known == all.end()) {
        all.push_back(seen);
      } else if (seen.runs() > known->runs()) {
        *known = seen;
      }
    }
  }
  return all;
}

std::string proof_table(const std::vector<Evidence>& proof, const char* where, const std::string& victim) {
  const std::string title = where + victim;
  std::size_t width = title.size();
  bool unresolved = false;
  for (const Evidence& seen : proof) {
    width = std::max(width, row_of(seen.before).size());
    unresolved = unresolved || seen.unresolved > 0;
  }
  std::string table = fmt::format("  {:<{}}  fails  passes  {}runs\n", title, width, unresolved ? "unresolved  " : "");
  for (const Evidence& seen : proof) {
    table += fmt::format("  {:<{}}  {:5}  {:6}  {}{:4}\n", row_of(seen.before), width, seen.fails, seen.passes,
                         unresolved ? fmt::format("{:10}  ", seen.unresolved) : "", seen.runs());
  }
  return table;
}

// Which of the conditions the verdict rests on; where it names nothing, all that were tried.
bool counts_for(const Finding& finding, const Observation& seen) {
  const Conditions& conditions = seen.conditions;
  switch (finding.verdict) {
    case Verdict::not_reproduced:
    case Verdict::inconclusive:
      return true;
    case Verdict::transient:
      return conditions.factors == finding.failing.factors || conditions.factors.empty();
    case Verdict::random_seed:
      return conditions.factors == finding.failing.factors || conditions.factors == finding.passing->factors;
    case Verdict::parallel:
      return false;  // the proof has it all
    default:
      return conditions == finding.failing || conditions == finding.passing || conditions.factors.empty() ||
             seen.runs() > 2;
  }
}

std::string label_of(const Result& result, const Observation& seen, int seeds) {
  const Finding& finding = result.finding;
  if (finding.verdict == Verdict::random_seed) {
    return "seed " + result.circumstances.seed(seen.conditions).value_or("");
  }
  std::string label = result.circumstances.describe(seen.conditions);
  if (label.empty()) label = "the options of the log";
  if (seeds > 1) label += fmt::format(", {} seeds", seeds);
  if (!seen.before.empty())
    label += ", beside " + (seen.before.size() > 4 ? counted(seen.before.size(), "test") : join(seen.before));
  return label;
}

struct ConditionsRow {
  Observation seen;
  int seeds = 1;
};

// Where the seed is not what matters, other seeds are one row.
std::vector<ConditionsRow> rows_of(const Finding& finding) {
  std::vector<ConditionsRow> rows;
  for (const Observation& seen : finding.proof) {
    if (!counts_for(finding, seen)) continue;
    const auto same = std::ranges::find_if(rows, [&](const ConditionsRow& row) {
      Conditions conditions = seen.conditions;
      conditions.other_seed = row.seen.conditions.other_seed;
      return conditions == row.seen.conditions && seen.before == row.seen.before;
    });
    if (same == rows.end() || finding.verdict == Verdict::random_seed) {
      rows.push_back({seen});
      continue;
    }
    ++same->seeds;
    same->seen.fails += seen.fails;
    same->seen.passes += seen.passes;
    same->seen.skipped += seen.skipped;
    same->seen.unresolved += seen.unresolved;
  }
  return rows;
}

// The victim alone, or beside others, under each of the conditions.
std::string conditions_table(const Result& result, const std::string& victim) {
  const std::string title = victim + " alone, with";
  const std::vector<ConditionsRow> rows = rows_of(result.finding);
  if (rows.empty() || (rows.size() == 1 && !result.finding.order.group.proof.empty())) return {};
  std::vector<std::string> labels;
  std::size_t width = title.size();
  bool skipped = false;
  bool unresolved = false;
  for (const ConditionsRow& row : rows) {
    labels.push_back(label_of(result, row.seen, row.seeds));
    width = std::max(width, labels.back().size());
    skipped = skipped || row.seen.skipped > 0;
    unresolved = unresolved || row.seen.unresolved > 0;
  }
  std::string table = fmt::format("  {:<{}}  fails  passes  {}{}runs\n", title, width, skipped ? "skipped  " : "",
                                  unresolved ? "unresolved  " : "");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Observation& seen = rows[i].seen;
    table += fmt::format("  {:<{}}  {:5}  {:6}  {}{}{:4}\n", labels[i], width, seen.fails, seen.passes,
                         skipped ? fmt::format("{:7}  ", seen.skipped) : "",
                         unresolved ? fmt::format("{:10}  ", seen.unresolved) : "", seen.runs());
  }
  return table;
}

std::string leads_of(const Conclusion& conclusion) {
  if (conclusion.leads.empty()) return {};
  std::string text = "If it is one of the suspects, the odds are (nobody is blamed):\n";
  for (const Lead& lead : conclusion.leads)
    text += fmt::format("  {:3.0f} %  {}\n", lead.probability * 100, lead.suspect);
  return text + "\n";
}

// A command whose many names are only counted: --order has them all.
std::string abridged(std::vector<std::string> argv) {
  constexpr std::size_t names_shown = 4;
  std::size_t names = 0;
  while (names < argv.size() && is_test_name(argv[argv.size() - 1 - names])) ++names;
  if (names <= names_shown) return quote_words(argv);
  argv.resize(argv.size() - names);
  return quote_words(argv) + fmt::format(" ({} names)", names);
}

// "p.log clears 70 of the 86 suspects: test_v passes there after them"
std::vector<std::string> further_lines(const Question& question) {
  std::vector<std::string> lines;
  for (const FurtherRun& run : question.further) {
    lines.push_back(fmt::format("{} clears {} of the {} suspects: {} {} them", run.log,
                                cleared_by(run, question.suspects).size(), question.suspects.size(), question.victim,
                                run.fails ? "fails there without" : "passes there after"));
  }
  return lines;
}

// A polluter that ran before the victim in a log where it passed.
std::string cleared_wrongly(const Conclusion& conclusion, const Question& question) {
  if (conclusion.group.culprits.size() != 1 || conclusion.at_times) return {};
  for (const FurtherRun& run : question.further) {
    if (run.fails || cleared_by(run, conclusion.group.culprits).empty()) continue;
    return fmt::format(
        "In {} it passed after {} all the same: something that ran between them undid it, or the build is another.\n",
        run.log, conclusion.group.culprits.front());
  }
  return {};
}

std::string differences_of(const std::vector<Difference>& differences) {
  std::size_t width = 0;
  for (const Difference& difference : differences) width = std::max(width, difference.what.size());
  std::string text;
  for (const Difference& difference : differences) {
    text += fmt::format("  {:<{}}  {} there, {} here\n", difference.what, width, difference.log, difference.here);
  }
  return text;
}

std::string fact(const char* name, const std::string& value) {
  return value.empty() ? "" : fmt::format("{:<16}{}\n", name, value);
}

}  // namespace

std::string table_of(const std::vector<Explained>& failures) {
  std::size_t width = 0;
  for (const Explained& failure : failures) width = std::max(width, failure.question.victim.size());
  std::string table;
  for (const Explained& failure : failures) {
    const bool asked = failure.result.has_value();
    table += fmt::format("  {:<{}}  {:<15}  {}\n", failure.question.victim, width,
                         asked ? describe(failure.result->finding.verdict) : "not asked",
                         asked ? statement_of(*failure.result) : failure.trouble);
  }
  return table;
}

std::string to_text(const Result& result, const Question& question, bool color) {
  const Finding& finding = result.finding;
  const Conclusion& conclusion = finding.order;
  std::string text = heading(sentence_of(result, question.victim), color) + "\n";
  if (const std::string explanation = explanation_of(result); !explanation.empty()) text += explanation + "\n";
  const std::string there = result.directory.empty() ? "" : "cd " + quote_words({result.directory}) + " && ";
  if (!result.reproduce.empty()) text += "    " + there + quote_words(result.reproduce) + "\n";
  if (!result.contrast.empty()) {
    const Observation* without = finding.passing ? seen_alone(finding, *finding.passing) : nullptr;
    const bool skipped = without != nullptr && without->skipped > 0;
    text += "    " + there + quote_words(result.contrast) + (skipped ? "    # skipped\n" : "    # passes\n");
  }
  if (!result.reproduce.empty() || !result.contrast.empty()) text += "\n";
  if (!conclusion.group.proof.empty()) {
    const bool beside = finding.verdict == Verdict::parallel;
    text += proof_table(all_proof(conclusion), beside ? "beside " : "before ", question.victim) + "\n";
  }
  if (const std::string table = conditions_table(result, question.victim); !table.empty()) text += table + "\n";
  if (finding.verdict == Verdict::not_reproduced && !result.differences.empty()) {
    text += "What differs from the log, the most telling first (--matching makes a build like its own):\n" +
            differences_of(result.differences) + "\n";
  }
  text += leads_of(conclusion);
  if (conclusion.all_found) text += "No other group was found: it passes when these are left out and all others run.\n";
  if (question.failure && !result.reproduce.empty() && finding.verdict != Verdict::inconclusive) {
    text += fmt::format("The failure is the one of the log: {}.\n", describe(*question.failure));
    if (tells_no_method(*question.failure)) {
      text +=
          fmt::format("The log does not tell which of its methods failed: whatever failed in {} was taken for it.\n",
                      question.victim);
    }
  }
  for (const std::string& line : further_lines(question)) text += line + ".\n";
  if (finding.verdict == Verdict::order_dependent) text += cleared_wrongly(conclusion, question);
  if (!conclusion.set_aside.empty()) {
    text += fmt::format("Set aside, because they ended a run themselves: {}.\n", join(conclusion.set_aside));
  }
  if (const std::string source = describe(question.origin); !source.empty()) {
    text += fmt::format("The log: {}.\n", source);
  }
  Seconds seconds{0};
  std::size_t recalled = 0;
  for (const Trial& trial : result.trials) {
    seconds += trial.answer.elapsed;
    recalled += trial.answer.recalled ? 1 : 0;
  }
  text += fmt::format("{}, {}{}; the evidence is in {}\n", counted(result.trials.size(), "probe"), describe(seconds),
                      recalled > 0 ? fmt::format(" ({} known from the journal; --fresh asks anew)", recalled) : "",
                      result.journal);
  return text;
}

std::vector<std::string> source_lines(const LogOrigin& origin) {
  constexpr std::size_t listed = 20;
  std::vector<std::string> lines;
  if (const std::string text = describe(origin); !text.empty()) lines.push_back("source: " + text);
  const auto list = [&](const std::vector<std::string>& all, const char* more, const auto& line_of) {
    for (std::size_t i = 0; i < std::min(all.size(), listed); ++i) lines.push_back(line_of(all[i]));
    if (all.size() > listed) lines.push_back(fmt::format("{} more {}", all.size() - listed, more));
  };
  list(origin.others, "logs hold a failing run, see --json", [](const std::string& other) {
    return fmt::format("failed too, in another log: bbbisect {}", quote_words({printable(other)}));
  });
  list(origin.left_out, "notes like these", [](const std::string& problem) { return "note: " + problem; });
  return lines;
}

std::vector<std::string> introduction(const Question& question) {
  const Run& run = question.run;
  std::vector<std::string> lines = source_lines(question.origin);
  lines.push_back(fmt::format(
      "log: {}{}, {} tests, order from {}{}", run.version.empty() ? "version not told" : run.version,
      run.mode == RunMode::parallel
          ? fmt::format(", parallel ({} workers)", run.workers ? std::to_string(*run.workers) : "?")
          : ", one process",
      run.total ? std::to_string(*run.total) : std::to_string(run.shown().size()) + " shown of an unknown number of",
      describe(question.order.from), run.seed ? ", seed " + *run.seed : ""));
  lines.push_back(
      fmt::format("victim: {}{}, after {}", question.victim,
                  question.failure ? " (" + describe(*question.failure) + ")" : " (not seen to fail in the log)",
                  counted(question.suspects.size(), "test")));
  for (const Failure& failure : question.failed) {
    if (same_test(failure.test, question.victim)) continue;
    lines.push_back(fmt::format("failed too: {}; --test {} explains it", failure.test, failure.test));
  }
  for (const std::string& line : further_lines(question)) lines.push_back("further log: " + line);
  for (const std::string& remark : question.remarks) lines.push_back("note: " + remark);
  return lines;
}

std::string order_text(const Question& question) { return join(question.order.tests, "\n") + "\n"; }

std::string plan_text(const Question& question, const Plan& plan) {
  std::string text;
  for (const std::string& line : introduction(question)) text += line + "\n";
  text += "\nWhat would be run for the order, as long as nothing but the log is known:\n";
  int number = 0;
  for (const Trial& trial : plan.in_vain) {
    text += fmt::format(
        "{:3}  {:<52}  {}\n", ++number, describe(trial.probe, question.victim),
        trial.probe.enough > 0 ? "at most " + describe(trial.answer.elapsed) : describe(trial.answer.elapsed));
  }
  text += fmt::format(
      "\nA run with {} between the others ends where it fails first; what ran since it passed is then looked\n"
      "through, and whoever it is proven by plain runs.\n\n",
      question.victim);
  if (!question.suspects.empty()) {
    text += fmt::format("If one test is the polluter: {} at best, {} as expected, {} at worst; about {}.\n",
                        describe(plan.cost.best), describe(plan.cost.expected), describe(plan.cost.worst),
                        counted(plan.cost.probes, "probe"));
  }
  text += fmt::format(
      "If nothing makes it fail here: {}; then some dozens of runs of the victim alone follow, for what else it\n"
      "may be.\n",
      describe(total(plan.in_vain)));
  if (plan.jobs > 1) text += fmt::format("All with {} probes at a time.\n", plan.jobs);
  return text + "Nothing was run.\n";
}

std::string show_text(const Question& question, const Replay& replay,
                      const std::optional<std::vector<Difference>>& differences) {
  const Run& run = question.run;
  std::string text;
  for (const std::string& line : source_lines(question.origin)) text += line + "\n";
  text += fact("command", run.command.empty() ? "(the log shows none)" : abridged(run.command));
  text += fact("version", run.version);
  text += fact("platform", run.platform);
  text += fact("build", run.build);
  text += fact("encodings", run.encodings);
  text += fact("resources", run.resources);
  text += fact("python options", join(question.launch.python_options, " "));
  std::vector<std::string> runner_options;
  for (const RunnerOption& option : question.launch.options) {
    for (std::string& word : spelled(option)) runner_options.push_back(std::move(word));
  }
  text += fact("runner options", join(runner_options, " "));
  text += fact("seed", run.seed.value_or(""));
  text += fact("tests", run.total ? std::to_string(*run.total) : std::to_string(run.shown().size()) + " shown");
  text +=
      fact("workers", run.mode == RunMode::parallel ? (run.workers ? std::to_string(*run.workers) : "unknown number")
                                                    : "none: one process");
  text += fact("order from", describe(question.order.from) + (question.order.complete ? "" : ", not all of it"));
  text += fact("ended", run.how_ended);
  for (const Failure& failure : question.failed) {
    text += fact(&failure == &question.failed.front() ? "failed" : "",
                 failure.test + "  " + describe(failure) + (failure.test == question.victim ? "  <- victim" : ""));
  }
  if (question.failed.empty()) text += fact("failed", "none");
  for (const std::string& line : further_lines(question)) text += fact("further log", line);
  for (const std::string& remark : question.remarks) text += "\n" + remark + ".\n";

  if (!differences) {
    text += "\nThere is no Python here to compare with the log's (--python PATH).\n";
  } else if (!differences->empty()) {
    text += "\nWhat differs from the log, the most telling first:\n" + differences_of(*differences);
  }

  text += "\nThe options of a probe:\n";
  for (const OptionDecision& decision : replay.options.decisions) {
    text += fmt::format("  {:<9} {:<28} {}\n", describe(decision.action), decision.option, decision.why);
  }
  if (question.victim.empty()) return text;
  TestOrder whole = question.suspects;
  whole.push_back(question.victim);
  text += fmt::format("\nThe first probes, as far as the log tells what the runner can (its --help decides):\n  {}\n",
                      quote_words(replay.argv({question.victim, question.victim})));
  text += fmt::format("  {}\n", abridged(replay.argv(whole)));
  return text;
}

}  // namespace bbbisect
