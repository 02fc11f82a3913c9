// A log as JSON, so that two of them can be compared and a difference be read.
#pragma once

#include <bbbisect/build_log.hpp>

#include <nlohmann/json.hpp>

namespace bbbisect {

/// Everything in a log, to compare two of them.
inline nlohmann::json as_json(const BuildLog& log) {
  nlohmann::json all = {{"first", log.first_command},
                        {"configure", log.configure},
                        {"environment", log.environment},
                        {"exit", log.exit_status.value_or(-999)},
                        {"end", log.wrapper_end},
                        {"ignored", log.runs_ignored},
                        {"bytes", log.bytes},
                        {"runs", nlohmann::json::array()}};
  for (const Run& run : log.runs) {
    nlohmann::json one = {{"command", run.command},
                          {"mode", static_cast<int>(run.mode)},
                          {"workers", run.workers.value_or(-1)},
                          {"seed", run.seed.value_or("none")},
                          {"total", run.total.value_or(0)},
                          {"info", {run.version, run.platform, run.build, run.resources, run.encodings, run.cpus}},
                          {"rerun", run.rerun_count.value_or(-1)},
                          {"ended", run.how_ended},
                          {"closing", run.closing},
                          {"finished", run.finished}};
    for (const ShownTest& test : run.tests) {
      one["tests"].push_back({test.name, test.result, test.started.value_or(Seconds(-1)).count()});
    }
    for (const ResultSection& s : run.sections) {
      one["sections"].push_back(
          {s.state, s.failed, s.env_changed, s.skipped, s.resource_denied, s.run_no_tests, s.omitted, s.rerun});
    }
    for (const Failure& f : run.failures) {
      one["failures"].push_back({f.test, static_cast<int>(f.kind), f.errors, f.failures, f.methods, f.exceptions,
                                 f.modules, f.text, f.in_section});
    }
    all["runs"].push_back(one);
  }
  return all;
}

}  // namespace bbbisect
