#include <bbbisect/every_failure.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace bbbisect;
using nlohmann::json;

namespace {

Failure failure_of(const std::string& test, const TestOrder& exceptions, FailureKind kind = FailureKind::failed) {
  Failure failure;
  failure.test = test;
  failure.kind = kind;
  failure.exceptions = exceptions;
  return failure;
}

Explained explained_as(const std::string& victim, Verdict verdict) {
  Explained failure;
  failure.question.victim = victim;
  failure.result.emplace();
  failure.result->finding.verdict = verdict;
  if (verdict == Verdict::order_dependent) failure.result->finding.order.group.culprits = {"test_p"};
  return failure;
}

}  // namespace

TEST_CASE("those that fail alike stand one after the other, where the first of them stands") {
  Question question;
  question.failed = {failure_of("test_a", {"OSError"}),
                     failure_of("test_b", {"ValueError"}),
                     failure_of("test_c", {}, FailureKind::timed_out),
                     failure_of("test_d", {"OSError"}),
                     failure_of("test_b", {"ValueError"}),
                     failure_of("test_e", {"ValueError"})};
  CHECK(victims_of(question) == TestOrder{"test_a", "test_d", "test_b", "test_e", "test_c"});
  CHECK(victims_of(Question{}).empty());
}

TEST_CASE("the table has a row of each, and its JSON a result of each") {
  Explained refused;
  refused.question.victim = "test_left";
  refused.trouble = "test_left cannot be replayed";
  const std::vector<Explained> failures{explained_as("test_after", Verdict::order_dependent),
                                        explained_as("test_plain", Verdict::plain_failure), refused};
  CHECK(table_of(failures) ==
        "  test_after  order-dependent  fails after test_p\n"
        "  test_plain  plain-failure    fails alone, whatever the flags\n"
        "  test_left   not asked        test_left cannot be replayed\n");
  const json object = json::parse(to_json(failures));
  CHECK(object["schema"] == 1);
  REQUIRE(object["failures"].size() == 3);
  CHECK(object["failures"][0]["culprits"] == json{"test_p"});
  CHECK(object["failures"][1]["verdict"] == "plain-failure");
  CHECK(object["failures"][2]["verdict"].is_null());
  CHECK(object["failures"][2]["why"] == "test_left cannot be replayed");
}

TEST_CASE("all are explained, or the first that is not decides the status") {
  const Explained order = explained_as("test_a", Verdict::order_dependent);
  const Explained transient = explained_as("test_b", Verdict::transient);
  CHECK(status_of({order, transient}) == ExitStatus::explained);
  CHECK(status_of({order, explained_as("test_c", Verdict::inconclusive),
                   explained_as("test_d", Verdict::not_reproduced)}) == ExitStatus::inconclusive);
  CHECK(status_of({order, explained_as("test_d", Verdict::not_reproduced)}) == ExitStatus::not_reproduced);
  CHECK(status_of({Explained{}, order}) == ExitStatus::usage);
}
