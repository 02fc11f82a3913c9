#include <bbbisect/error.hpp>
#include <bbbisect/every_failure.hpp>
#include <bbbisect/explain.hpp>
#include <bbbisect/interrupt.hpp>
#include <bbbisect/log_source.hpp>
#include <bbbisect/printable.hpp>
#include <bbbisect/terminal.hpp>

#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <iostream>

using namespace bbbisect;

namespace {

ExitStatus bbbisect_main(int argc, char** argv) {
  std::optional<Options> options = parse_options(argc, argv);
  if (!options) return ExitStatus::explained;
  if (options->directory) enter(*options->directory);

  const auto [log, origin] = read_log(
      {options->log, options->buildbot, options->builder, options->build, options->max_size}, passing_line(*options));
  take_test_directory(log, *options);
  Question question =
      pose_question(log, options->test, options->order ? Extent::whole : Extent::shown,
                    options->show || options->dry_run || options->matching ? ListTests{} : local_list(log, *options));
  question.origin = origin;
  read_further_logs(question, *options);
  if (options->order) {
    for (const std::string& remark : question.remarks) std::cerr << "note: " << remark << "\n";
    return print(order_text(question)), ExitStatus::explained;
  }
  if (options->show) {
    const Replay replay = assumed_replay(question, *options);
    const auto differences = differences_here(question, *options);
    if (!options->json) return print(show_text(question, replay, differences)), ExitStatus::explained;
    return deliver(*options->json, show_json(question, replay, differences)), ExitStatus::explained;
  }
  if (options->matching) return print(join(matching_here(question, *options), "\n") + "\n"), ExitStatus::explained;
  if (!options->all_failures) check_answerable(question);
  if (options->dry_run) {
    const Plan plan = plan_of(question, *options);
    if (!options->json) return print(plan_text(question, plan)), ExitStatus::explained;
    return deliver(*options->json, plan_json(question, plan)), ExitStatus::explained;
  }
  if (options->json) check_deliverable(*options->json);

  const InterruptGuard guard;
  if (options->all_failures) {
    const std::vector<Explained> failures = explain_every_failure(log, question, *options);
    if (options->json) deliver(*options->json, to_json(failures));
    return status_of(failures);
  }
  Narration narration(std::cerr, question.victim, narration_style(*options));
  for (const std::string& line : introduction(question)) narration.say(line);
  const Explanation explanation = explain(question, *options, narration);
  narration.say("");
  if (options->json) deliver(*options->json, to_json(explanation.result, question, explanation.options));
  if (options->json != "-") print(to_text(explanation.result, question, color_on_stdout(options->color)));
  return status_of(explanation.result.finding.verdict);
}

}  // namespace

int main(int argc, char** argv) try {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe must not end a search
  return static_cast<int>(bbbisect_main(argc, argv));
} catch (const Error& error) {
  std::cerr << "bbbisect: " << printable(error.what(), unlimited) << "\n";
  return static_cast<int>(error.status());
} catch (const Interrupted&) {
  return static_cast<int>(ExitStatus::interrupted);
} catch (const std::exception& error) {
  std::cerr << "bbbisect: internal trouble: " << printable(error.what()) << "; please report it with the log\n";
  return static_cast<int>(ExitStatus::internal);
}
