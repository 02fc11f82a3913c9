#include "temporary_directory.hpp"

#include <bbbisect/suspicion.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace bbbisect;

namespace {

/// The log of a run of `suspects` and test_victim, which failed.
Question question_of(const TestOrder& suspects, FailureKind kind = FailureKind::failed) {
  Question question;
  question.suspects = suspects;
  question.victim = "test_victim";
  question.failure.emplace();
  question.failure->test = "test_victim";
  question.failure->kind = kind;
  return question;
}

void alter(Question& question, const std::string& test, const TestOrder& parts) {
  Failure& failure = question.run.failures.emplace_back();
  failure.test = test;
  failure.kind = FailureKind::env_changed;
  failure.altered = parts;
}

double of(const Suspicion& suspicion, const std::string& test) {
  const auto found = suspicion.find(test);
  return found == suspicion.end() ? 1 : found->second;
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("suspicion: a test that altered the environment, above all what the victim's traceback names") {
  Question question = question_of({"test_a", "test.test_b", "test_c"});
  question.failure->modules = {"test_victim", "asyncio.base_events"};
  alter(question, "test_a", {"os.environ"});
  alter(question, "test_b", {"asyncio.events._event_loop_policy"});
  const Suspicion suspicion = suspicion_by_environment(question);
  CHECK(suspicion.size() == 2);
  CHECK(of(suspicion, "test_a") > 1);
  CHECK(of(suspicion, "test.test_b") > of(suspicion, "test_a"));

  Question unknown = question_of({"test_a"});
  alter(unknown, "test_a", {});
  CHECK(of(suspicion_by_environment(unknown), "test_a") == of(suspicion, "test_a"));
}

TEST_CASE("suspicion: tests of what the traceback names, and those that import it") {
  Question question = question_of({"test_importlib", "test_json", "test_a", "test_b", "test.test_util.test_x"});
  question.failure->modules = {"test_victim.sub", "test.support", "unittest.case", "test_importlib", "json.decoder"};
  const Suspicion by_name = suspicion_by_traceback(question, {});
  CHECK(by_name.size() == 2);
  CHECK(of(by_name, "test_importlib") > 1);
  CHECK(of(by_name, "test_json") > 1);

  Sources sources;
  for (const char* test : {"test_importlib", "test_json", "test_a", "test_b", "test_victim"}) {
    sources[test] = touches_of("import os\n");
  }
  sources["test_a"] = touches_of("from json import decoder\n");
  const Suspicion with_sources = suspicion_by_traceback(question, sources);
  CHECK(with_sources.size() == 3);
  CHECK(of(with_sources, "test_a") > 1);
  CHECK(of(with_sources, "test_a") < of(with_sources, "test_json"));

  CHECK(suspicion_by_traceback(question_of({"test_a"}), sources).empty());
  question.failure.reset();
  CHECK(suspicion_by_traceback(question, sources).empty());
}

TEST_CASE("suspicion: sources that share a rare module, replace it, or turn modules over") {
  Sources sources;
  for (int i = 0; i < 50; ++i) sources["test_" + std::to_string(i)] = touches_of("import os, sys, unittest\n");
  sources["test_victim"] = touches_of("import os, sys, unittest\nfrom decimal import Decimal\n");
  sources["test_common"] = touches_of("import os, sys, unittest\n");
  sources["test_user"] = touches_of("import os, _decimal\n");
  sources["test_setter"] = touches_of("import os, decimal\ndecimal.setcontext(x)\n");
  sources["test_importer"] = touches_of("import os\nsaved = sys.modules.copy()\nsys.modules.clear()\n");
  const Question question = question_of({"test_common", "test_user", "test_setter", "test_importer", "test_gone"});
  const Suspicion suspicion = suspicion_by_sources(question, sources);
  CHECK(of(suspicion, "test_gone") == 1);
  CHECK(of(suspicion, "test_common") < 1.1);
  CHECK(of(suspicion, "test_user") > of(suspicion, "test_common"));
  CHECK(of(suspicion, "test_setter") > of(suspicion, "test_user"));
  CHECK(of(suspicion, "test_importer") > of(suspicion, "test_common"));
  CHECK(suspicion_by_sources(question, {}).empty());
}

TEST_CASE("suspicion: a test about what the victim is named after, in either direction") {
  Sources sources;
  for (int i = 0; i < 50; ++i) sources["test_" + std::to_string(i)] = touches_of("import os\n");
  Question question = question_of({"test_1", "test_user", "test_pdb"});
  question.victim = "test_code";
  sources["test_code"] = touches_of("import os\nimport pdb\n");
  sources["test_user"] = touches_of("import code\n");
  sources["test_pdb"] = touches_of("import os\n");
  const Suspicion suspicion = suspicion_by_sources(question, sources);
  CHECK(of(suspicion, "test_user") > 1.2);
  CHECK(of(suspicion, "test_pdb") > 1.2);
  CHECK(of(suspicion, "test_1") < 1.1);
}

TEST_CASE("suspicion: what stood directly before the end of a process") {
  for (const FailureKind kind : {FailureKind::crashed, FailureKind::died, FailureKind::cut_off}) {
    const Suspicion suspicion = suspicion_by_neighbourhood(question_of({"test_a", "test_b"}, kind));
    CHECK(suspicion.size() == 1);
    CHECK(of(suspicion, "test_b") > 1);
  }
  CHECK(suspicion_by_neighbourhood(question_of({"test_a"})).empty());
  CHECK(suspicion_by_neighbourhood(question_of({"test_a"}, FailureKind::timed_out)).empty());
  CHECK(suspicion_by_neighbourhood(question_of({}, FailureKind::crashed)).empty());
  // Of a parallel run only the order of completion is known.
  Question parallel = question_of({"test_a"}, FailureKind::crashed);
  parallel.order.from = OrderFrom::completion;
  CHECK(suspicion_by_neighbourhood(parallel).empty());
}

TEST_CASE("suspicion: the product of all grounds, capped; never less than 1") {
  Question question = question_of({"test_json", "test_a", "test_b"}, FailureKind::crashed);
  question.failure->modules = {"json"};
  alter(question, "test_json", {"json.x"});
  alter(question, "test_b", {"os.environ"});
  const Suspicion suspicion = suspicion_of(question, {});
  CHECK(of(suspicion, "test_json") == 20);
  CHECK(of(suspicion, "test_b") == 20);
  CHECK(of(suspicion, "test_a") == 1);
  for (const auto& [test, factor] : suspicion) CHECK(factor >= 1);
  CHECK(suspicion_of(Question{}, {}).empty());
}

TEST_CASE("sources: imports of all forms") {
  const Touches touches = touches_of(
      "import os.path, _decimal as d\n"
      "    from importlib import util, machinery as m  # why\n"
      "from test.support import os_helper\n"
      "from test.test_importlib import util\n"
      ">>> import json\r\n"
      "from . import sibling\n"
      "from collections import (abc,\n"
      "import not a name, 3x, ../y\n"
      "important = 1\nfrom_x = 2\nfromage import x\n");
  for (const char* name :
       {"os", "os.path", "decimal", "importlib.util", "importlib.machinery", "test.support.os_helper", "test_importlib",
        "test_importlib.util", "json", "collections.abc"}) {
    CAPTURE(name);
    CHECK(touches.uses.contains(name));
  }
  for (const char* name : {"test", "test.support", "sibling", "util", "3x", "y", "fromage", "why"}) {
    CAPTURE(name);
    CHECK_FALSE(touches.uses.contains(name));
  }
  CHECK(touches.replaces.empty());
  CHECK(touches.upheavals == 0);
}

TEST_CASE("sources: what is replaced") {
  const auto replaces = [](const std::string& text, const std::string& name) {
    return touches_of("import mod, sys\nfrom a import other\n" + text).replaces.contains(name);
  };
  CHECK(replaces("x = import_helper.import_fresh_module('datetime', fresh=['_datetime'])\n", "datetime"));
  CHECK(replaces("with support.CleanImport(\"mod.sub\"):\n", "mod.sub"));
  CHECK(replaces("@mock.patch('os.path.join')\n", "os.path.join"));
  CHECK(replaces("@patch.object(mod, 'attribute')\n", "mod"));
  CHECK(replaces("del sys.modules['mod']\n", "mod"));
  CHECK(replaces("sys.modules.pop('email', None)\n", "email"));
  CHECK(replaces("importlib.reload(mod)\n", "mod"));
  CHECK(replaces("with swap_attr(other, 'f', g):\n", "other"));
  CHECK(replaces("mod.known = []\n", "mod"));
  CHECK(replaces("mod.set_policy(None)\n", "mod.set_policy"));
  CHECK_FALSE(replaces("mod.known == []\n", "mod"));
  CHECK_FALSE(replaces("local.known = []\n", "local"));
  CHECK_FALSE(replaces("self.patch('x')\nreload(self.mod)\n", "self"));
  CHECK_FALSE(replaces("mod.get_policy()\n", "mod"));
  CHECK_FALSE(replaces("dispatch(mod)\n", "mod"));
  CHECK(touches_of("sys.modules\nimport_fresh_module('x')\nreload(y)\n").upheavals == 3);
}

TEST_CASE("sources: any bytes, in bounds") {
  std::mt19937 random(3);
  const char* pieces[] = {"import ", "from ", " import ", "a.b", ",", "(", "[", "'",  "sys.modules", "\n",
                          "patch(",  " = ",   "\xff",     "\\",  ".", "#", ")", "\r", ">>> "};
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += pieces[random() % std::size(pieces)];
    const Touches touches = touches_of(text);
    for (const std::string& name : touches.uses) {
      CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz._") == std::string::npos);
    }
    CHECK(helpers_of(text).size() <= 20);
  }
  std::string many;
  for (int i = 0; i < 20000; ++i) many += "import m" + std::to_string(i) + "\n";
  CHECK(touches_of(many).uses.size() == 5000);
  CHECK(touches_of("import " + std::string(1'000'000, 'x') + "\n").uses.empty());
}

TEST_CASE("sources: modules, packages and the helpers behind them, below the given directory only") {
  const TemporaryDirectory temporary;
  const std::filesystem::path test = temporary.path / "Lib" / "test";
  write(test / "test_a.py", "import alpha\n");
  write(test / "test_b" / "__init__.py", "import beta\n");
  write(test / "test_b" / "deep" / "test_c.py", "import gamma\n");
  write(test / "test_b" / "data.txt", "import delta\n");
  write(test / "test_door.py", "from test import behind\nimport elsewhere.tests\nfrom test import support\n");
  write(test / "behind.py", "import epsilon\n");
  write(test / "support.py", "import zeta\n");
  write(test.parent_path() / "elsewhere" / "tests" / "test_e.py", "import eta\n");
  write(temporary.path / "outside.py", "import theta\n");
  std::filesystem::create_directory(test / "test_directory.py");

  const Sources sources = read_sources(
      test, {"test_a", "test.test_b", "test_b.deep.test_c", "test_door", "test_none", "../outside", "test_directory"});
  CHECK(sources.size() == 4);
  CHECK(sources.at("test_a").uses == ModuleNames{"alpha"});
  CHECK(sources.at("test.test_b").uses == ModuleNames{"beta", "gamma"});
  CHECK(sources.at("test_b.deep.test_c").uses == ModuleNames{"gamma"});
  CHECK(sources.at("test_door").uses.contains("epsilon"));
  CHECK(sources.at("test_door").uses.contains("eta"));
  CHECK_FALSE(sources.at("test_door").uses.contains("zeta"));

  CHECK(read_sources("", {"test_a"}).empty());
  CHECK(read_sources(temporary.path / "nowhere", {"test_a"}).empty());
}
