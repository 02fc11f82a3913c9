// A log that came by mail, or was pasted into an issue, reads as it did where it came from.
#include "copied_text.hpp"
#include "framing.hpp"

#include <bbbisect/build_log.hpp>
#include <bbbisect/question.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <span>
#include <sstream>
#include <string>
#include <vector>

using namespace bbbisect;
using nlohmann::json;

namespace {

using Change = std::function<std::string(const std::string&)>;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string each_line(const std::string& text, const Change& change) {
  std::string result;
  for (const std::string& line : lines_of(text)) result += change(line) + "\n";
  return result;
}

Change behind(const std::string& prefix) {
  return [prefix](const std::string& text) {
    return each_line(text, [&](const std::string& line) {
      std::string whole = prefix + line;
      // An empty line loses the blank behind its mark.
      if (line.empty()) whole.erase(whole.find_last_not_of(' ') + 1);
      return whole;
    });
  };
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t i = 0; (i = text.find(what, i)) != std::string::npos; i += by.size())
    text.replace(i, what.size(), by);
  return text;
}

std::string escaped(const std::string& text) {
  return replaced(replaced(replaced(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
}

// Breaks what is longer than `width` at its last blank before that, which stays at the end of the line when
// `flowed`.
Change wrapped(std::size_t width, bool flowed = false) {
  return [=](const std::string& text) {
    return each_line(text, [&](std::string line) {
      std::string result;
      if (flowed) {
        line.erase(line.find_last_not_of(' ') + 1);
        if (line.starts_with(' ') || line.starts_with('>')) line.insert(0, " ");
      }
      while (line.size() > width) {
        const std::size_t start = std::min(line.find_first_not_of(' '), line.size());
        std::size_t blank = line.rfind(' ', width);
        if (blank == std::string::npos || blank < start) blank = line.find(' ', std::max(width, start));
        if (blank == std::string::npos) break;
        result += line.substr(0, blank) + (flowed ? " \n" : "\n");
        line.erase(0, blank + 1);
      }
      return result + line;
    });
  };
}

// As a terminal of that width would have it: within words.
Change folded(std::size_t width) {
  return [=](const std::string& text) {
    return each_line(text, [&](std::string line) {
      std::string result;
      for (; line.size() > width; line.erase(0, width)) result += line.substr(0, width) + "\n";
      return result + line;
    });
  };
}

std::string quoted_printable(const std::string& text) {
  return each_line(text, [](const std::string& line) {
    std::string result;
    std::size_t column = 0;
    for (const char c : line) {
      const std::string written = c == '=' ? "=3D" : static_cast<unsigned char>(c) > 126 ? "=C3" : std::string(1, c);
      if (column + written.size() > 75) {
        result += "=\n";
        column = 0;
      }
      result += written;
      column += written.size();
    }
    return result;
  });
}

BuildLog read(const std::string& text) {
  std::istringstream in(text);
  return read_build_log(in);
}

json of_failures(const std::vector<Failure>& failures) {
  json all = json::array();
  for (const Failure& f : failures) {
    all.push_back({f.test, static_cast<int>(f.kind), f.errors, f.failures, f.methods, f.exceptions, f.modules,
                   f.altered, f.text});
  }
  return all;
}

json as_json(const BuildLog& log) {
  json all = {{"exit", log.exit_status.value_or(-999)}, {"end", log.wrapper_end}, {"environment", log.environment}};
  for (const Run& run : log.runs) {
    json one = {{"command", run.command},
                {"mode", static_cast<int>(run.mode)},
                {"workers", run.workers.value_or(-1)},
                {"seed", run.seed.value_or("none")},
                {"total", run.total.value_or(0)},
                {"ended", run.how_ended},
                {"closing", run.closing},
                {"finished", run.finished},
                {"info", {run.version, run.platform, run.build, run.resources, run.encodings, run.cpus}}};
    for (const ShownTest& test : run.tests)
      one["tests"].push_back({test.name, test.result, test.started.value_or(Seconds(-1)).count()});
    for (const ResultSection& s : run.sections) {
      one["sections"].push_back(
          {s.state, s.failed, s.env_changed, s.skipped, s.resource_denied, s.run_no_tests, s.omitted, s.rerun});
    }
    one["failures"] = of_failures(run.failures);
    all["runs"].push_back(one);
  }
  return all;
}

// What a search depends on: without details of tracebacks and header lines.
json essence(const BuildLog& log) {
  json all = json::array();
  for (const Run& run : log.runs) {
    json failures = json::array();
    for (const Failure& f : run.failures) failures.push_back({f.test, static_cast<int>(f.kind), f.methods});
    all.push_back({run.shown(), run.seed.value_or("none"), run.total.value_or(0), run.command,
                   static_cast<int>(run.mode), run.finished, failures});
  }
  return all;
}

// Fixtures of every version and kind; without those whose output runs other runs.
std::vector<std::filesystem::path> fixtures() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(BBBISECT_TEST_DATA) / "logs")) {
    const std::string name = entry.path().filename().string();
    const bool wanted = name.ends_with(".txt") && name.find("devguide") == std::string::npos &&
                        (name.find("-case-") != std::string::npos || name.find("-sub-") != std::string::npos);
    if (wanted && std::filesystem::file_size(entry.path()) < 60'000) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<std::filesystem::path> some;
  for (std::size_t i = 0; i < paths.size(); i += 7) some.push_back(paths[i]);
  return some;
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in);
  // A command as it would stand above, longer than a line of a mail.
  return "./python -E -Wdefault -bb -m test --timeout=1200 -u all,-largefile,-audio,-gui -rwW --slowest "
         "test_a test_b\n" +
         std::string{std::istreambuf_iterator<char>(in), {}};
}

// How many texts were read, each of which must tell the same as the fixture that it was made of.
std::size_t read_alike(std::span<const std::pair<std::string, Change>> changes) {
  std::size_t count = 0;
  for (const std::filesystem::path& path : fixtures()) {
    const std::string text = text_of(path);
    const json plain = as_json(read(text));
    const bool is_ascii = std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
    for (const auto& [name, change] : changes) {
      if (name.starts_with("UTF-16") && !is_ascii) continue;  // what makes it knows no more
      CAPTURE(path.filename().string());
      CAPTURE(name);
      CHECK(as_json(read(change(text))) == plain);
      ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("a log reads the same behind marks, indented, fenced and escaped") {
  const std::pair<std::string, Change> changes[] = {
      {"> ", behind("> ")},
      {">", behind(">")},
      {">> ", behind(">> ")},
      {"> > ", behind("> > ")},
      {"| ", behind("| ")},
      {"indented", behind("    ")},
      {"tab", behind("\t")},
      {"quoted and indented", behind(">     ")},
      {"fenced", [](const std::string& text) { return "It failed:\n\n```\n" + text + "```\n\nAny idea?\n"; }},
      {"quoted and fenced",
       [](const std::string& text) { return behind("> ")("```text\n" + text + "```\n") + "\nNo.\n"; }},
      {"CRLF", [](const std::string& text) { return replaced(text, "\n", "\r\n"); }},
      {"quoted, CRLF", [](const std::string& text) { return replaced(behind("> ")(text), "\n", "\r\n"); }},
      {"escaped", escaped},
      {"quoted and escaped", [](const std::string& text) { return escaped(behind("> ")(text)); }},
      {"no-break spaces", [](const std::string& text) { return replaced(text, "  ", " \xc2\xa0"); }},
      {"quoted-printable", quoted_printable},
      {"quoted-printable, CRLF",
       [](const std::string& text) { return replaced(quoted_printable(text), "\n", "\r\n"); }},
      {"a mail as it is saved",
       [](const std::string& text) {
         return "From: a@example.org\nContent-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: "
                "quoted-printable\n\n" +
                quoted_printable(text);
       }},
      {"a saved page",
       [](const std::string& text) { return "<html><body><pre>\n" + escaped(text) + "</pre></body>\n"; }},
      {"a line in a span each",
       [](const std::string& text) {
         return each_line(escaped(text),
                          [](const std::string& line) { return "<span class=\"o\">" + line + "</span>"; });
       }},
      {"a line in a div each",
       [](const std::string& text) {
         std::string page;
         for (const std::string& line : lines_of(escaped(text))) page += "<div id='x'>" + line + "</div>";
         return page;
       }},
      {"an answer of GitHub",
       [](const std::string& text) {
         return json{{"id", 1}, {"user", {{"login", "a"}}}, {"body", text}}.dump(1, ' ', false,
                                                                                 json::error_handler_t::replace);
       }},
      {"an answer of Buildbot",
       [](const std::string& text) {
         return json{{"logchunks", {{{"content", behind("o")(text)}, {"firstline", 0}}}}}.dump(
             -1, ' ', false, json::error_handler_t::replace);
       }},
      {"quoted, quoted-printable", [](const std::string& text) { return quoted_printable(behind("> ")(text)); }},
  };
  CHECK(read_alike(changes) >= 30 * std::size(changes));
}

TEST_CASE("a log that a mailer wrapped reads the same, or says that it was wrapped") {
  const std::pair<std::string, Change> changes[] = {
      {"flowed at 72", wrapped(72, true)},
      {"flowed at 78, quoted", [](const std::string& text) { return behind("> ")(wrapped(78, true)(text)); }},
      {"wrapped at 72", wrapped(72)},
      {"wrapped at 76", wrapped(76)},
      {"wrapped at 80", wrapped(80)},
      {"wrapped, then quoted", [](const std::string& text) { return behind("> ")(wrapped(74)(text)); }},
      {"quoted, then wrapped", [](const std::string& text) { return wrapped(76)(behind("> ")(text)); }},
      {"wrapped and indented", [](const std::string& text) { return behind("    ")(wrapped(72)(text)); }},
      {"folded at 80", folded(80)},
  };
  std::size_t alike = 0;
  std::size_t all = 0;
  for (const std::filesystem::path& path : fixtures()) {
    const std::string text = text_of(path);
    const BuildLog plain = read(text);
    for (const auto& [name, change] : changes) {
      CAPTURE(path.filename().string());
      CAPTURE(name);
      const BuildLog log = read(change(text));
      const bool same = as_json(log) == as_json(plain);
      alike += same ? 1 : 0;
      ++all;
      if (same) continue;
      CHECK(essence(log) == essence(plain));
      CHECK(log.copied.find("wrapped") != std::string::npos);
    }
  }
  CHECK(all >= 30 * std::size(changes));
  MESSAGE(alike << " of " << all << " read wholly alike");
  CHECK(alike * 100 >= all * 90);
}

TEST_CASE("a log reads the same behind whatever a tool puts before its lines") {
  // With its number in each line.
  const auto numbered = [](const std::string& format) {
    return Change([format](const std::string& text) {
      int number = 0;
      return each_line(text, [&](const std::string& line) {
        std::array<char, 64> start{};
        std::snprintf(start.data(), start.size(), format.c_str(), ++number);
        return start.data() + line;
      });
    });
  };
  const auto padded = [](const std::string& text) {
    return each_line(text,
                     [](std::string line) { return line.resize(std::max<std::size_t>(line.size(), 132), ' '), line; });
  };
  const auto utf16 = [](bool little) {
    return Change([little](const std::string& text) {
      std::string wide = little ? "\xff\xfe" : "\xfe\xff";
      for (const char c : text) {
        const char letter = static_cast<unsigned char>(c) < 0x80 ? c : '?';
        wide += little ? std::string{letter, '\0'} : std::string{'\0', letter};
      }
      return wide;
    });
  };
  const std::pair<std::string, Change> changes[] = {
      {"gh run view", behind("build / Ubuntu (free-threading)\tRun tests\t2024-01-02T03:04:05.1234567Z ")},
      {"GitHub", behind("2024-01-02T03:04:05.1234567Z ")},
      {"time without a fraction", behind("2024-01-02T03:04:05Z ")},
      {"time with a zone", behind("2024-01-02T03:04:05+00:00 ")},
      {"time of logging", behind("2024-01-02 03:04:05,123 ")},
      {"Jenkins", behind("[2024-01-02T03:04:05.123Z] ")},
      {"Jenkins, short", behind("12:34:56  ")},
      {"GitLab", behind("2024-01-02T03:04:05.123456Z 01O ")},
      {"poudriere", behind("[00:12:34] ")},
      {"Open Build Service", numbered("[%5ds] ")},
      {"ts -s", numbered("[%d.250000] ")},
      {"autopkgtest", numbered("%3ds ")},
      {"journalctl", behind("Jan 02 03:04:05 builder-1 python3[4711]: ")},
      {"ts", behind("Jan  2 03:04:05 ")},
      {"docker compose", behind("tests-1  | ")},
      {"act", behind("[CI/Tests] | ")},
      {"compose with times", behind("tests-1  | 2024-01-02T03:04:05.123456789Z ")},
      {"tox", behind("py312: ")},
      {"comments", behind("# ")},
      {"cat -n", numbered("%6d\t")},
      {"less -N", numbered("%7d ")},
      {"a page", numbered("%d  ")},
      {"numbered with times",
       [&](const std::string& text) { return numbered("%4d  ")(behind("2024-01-02T03:04:05.1Z ")(text)); }},
      {"padded", padded},
      {"double-spaced",
       [](const std::string& text) { return each_line(text, [](const std::string& line) { return line + "\n"; }); }},
      {"UTF-16LE", utf16(true)},
      {"UTF-16BE", utf16(false)},
      {"UTF-16, CRLF", [&](const std::string& text) { return utf16(true)(replaced(text, "\n", "\r\n")); }},
  };
  CHECK(read_alike(changes) >= 28 * std::size(changes));
}

TEST_CASE("what stands before the lines of a long log is taken away in pieces of any size") {
  std::string log = "./python -m test -r -v\nUsing random seed: 1234\n";
  constexpr int tests = 9000;
  for (int i = 1; i <= tests; ++i) {
    log += "0:00:01 load avg: 2.01 [" + std::to_string(i) + "/" + std::to_string(tests) + "] test_a" +
           std::to_string(i) + "\ntest_one (test.test_a.T) ... ok\n" + (i % 3 == 0 ? "\n" : "");
  }
  log += "test test_a9000 failed\n\n== Tests result: FAILURE ==\n\n1 test failed:\n    test_a9000\n";
  const json plain = as_json(read(log));
  CHECK(plain["runs"][0]["tests"].size() == tests);
  const std::string framed = behind("[2024-01-02T03:04:05.123Z] ")(log);
  REQUIRE(framed.size() > longest_copied);
  CHECK(as_json(read(framed)) == plain);
  for (const std::size_t piece : {1, 100, 4096, 65'535, 65'536, 65'537, 300'000}) {
    CAPTURE(piece);
    LogReader reader;
    for (std::size_t i = 0; i < framed.size(); i += piece) reader.feed(std::string_view(framed).substr(i, piece));
    CHECK(as_json(reader.finish()) == plain);
  }
}

TEST_CASE("regrtest's own clocks and numbers are no frame") {
  const std::string texts[] = {
      "[1/3] test_a\n[2/3] test_b\n[3/3] test_c\n",
      "[  1] test_a\n[  2] test_a\n[  3] test_a\n[  4] test_a\n",
      "0:00:01 load avg: 2.01 [1/3] test_a\n0:00:01 load avg: 2.01 [2/3] test_b\n0:00:01 load avg: 2.01 [3/3] test_c\n",
      "10:00:01 load avg: 2.01 [1/3] test_a\n10:00:01 load avg: 2.01 [2/3] test_b\n10:00:02 load avg: 2.01 [3/3] "
      "test_c\n",
      "10:00:01 [1/3] test_a\n10:00:01 [2/3] test_b\n10:00:02 [3/3] test_c\n",
      "> a\n> b\n> c\n",
      "",
      "\xff\xfe",
      "\xff\xfe no UTF-16\n",
  };
  for (const std::string& text : texts) {
    CAPTURE(text);
    CHECK_FALSE(Framing(text).any());
  }
  for (const std::filesystem::path& path : fixtures()) {
    CAPTURE(path.filename().string());
    const bool is_of_github = text_of(path).find("##[") != std::string::npos;
    CHECK((is_of_github || !Framing(text_of(path)).any()));
  }
}

TEST_CASE("what was done to a text is told, and what it lacks") {
  const std::string log =
      "== CPython 3.13.0 (main, Oct  7 2024, 12:00:00) [GCC 12.2.0]\n"
      "0:00:00 load avg: 2.01 Run 9 tests sequentially in a single process\n"
      "0:00:00 load avg: 2.01 [1/9] test_a\n"
      "0:00:00 load avg: 2.01 [5/9] test_b_with_a_name_that_is_rather_long\n"
      "0:00:00 load avg: 2.01 [5/9] test_b_with_a_name_that_is_rather_long passed in a second\n"
      "0:00:00 load avg: 2.01 [7/9] test_v\n"
      "0:00:00 load avg: 2.01 [7/9/1] test_v failed (1 failure)\n";
  const auto remarks = [](const std::string& text) {
    return pose_question(read(text), std::nullopt, Extent::shown, {}).remarks;
  };
  const auto told = [&](const std::string& text, const std::string& remark) {
    const std::vector<std::string> all = remarks(text);
    CAPTURE(join(all, "; "));
    return std::ranges::find(all, remark) != all.end();
  };
  const std::string gaps = "the log lacks [2/9] to [4/9], [6/9]: what ran there is not known";
  CHECK(told(log, gaps));
  CHECK(read(log).copied.empty());
  const std::string mailed = "Hi,\nwhat is this?\n\n" + behind("> ")(wrapped(72)(log)) + "\nCheers\n";
  CHECK(told(mailed, gaps));
  CHECK(told(mailed, "the text was copied (quoted or indented, wrapped); it is read as it was before"));
  CHECK(as_json(read(mailed)) == as_json(read(log)));
  CHECK(told(quoted_printable(log), "the text was copied (quoted-printable); it is read as it was before"));
}

TEST_CASE("what nobody copied is left alone") {
  CHECK(before_copying("").empty());
  CHECK(before_copying("0:00:00 load avg: 2.01 [1/9] test_a\n").empty());
  for (const std::filesystem::path& path : fixtures()) {
    CAPTURE(path.filename().string());
    CHECK(read(text_of(path)).copied.empty());
  }
  const std::string long_log =
      behind("> ")("0:00:00 load avg: 2.01 Run 9 tests sequentially\n" + std::string(longest_copied, '.') + "\n");
  CHECK(before_copying(long_log).empty());
}
