// The part of RunReader for what the tests themselves print, and for what wraps it all.
#include "run_reader.hpp"

namespace bbbisect {
namespace {

constexpr std::size_t most_noted_tests = 2000;

}  // namespace

// ---- how tests failed -----------------------------------------------------------------------------------

TestNotes* RunReader::notes_of_shown() {
  if (stage_ == Stage::rerun) {
    if (rerun_name_.empty()) return nullptr;
    const auto found = notes().rerun.find(rerun_name_);
    if (found != notes().rerun.end()) return &found->second;
    return notes().rerun.size() < most_noted_tests ? &notes().rerun[rerun_name_] : nullptr;
  }
  const Run* run = current();
  // What seemed to be the end of a probe may have been output of its last test, which fails only now.
  const bool may_go_on = is_only_run() && (stage_ == Stage::summarised || stage_ == Stage::closed);
  if ((stage_ != Stage::running && !may_go_on) || run == nullptr || run->tests.empty()) return nullptr;
  const std::size_t place = run->tests.size() - 1;
  const auto found = notes().tests.find(place);
  if (found != notes().tests.end()) return &found->second;
  return notes().tests.size() < most_noted_tests ? &notes().tests[place] : nullptr;
}

bool RunReader::failure_header(std::string_view line) {
  const std::optional<std::string> id = read_failure_header(line);
  TestNotes* noted = id ? notes_of_shown() : nullptr;
  if (noted == nullptr) return false;
  constexpr std::size_t longest = 500;
  if (id->size() <= longest && room_for(1)) add_once(noted->methods, *id);
  reading_ = {};
  reading_.notes = noted;
  return true;
}

bool RunReader::death_line(std::string_view line) {
  if (stage_ != Stage::running) return false;
  const auto death = read_death(line);
  if (!death) return false;
  Run& run = *current();
  if (run.mode != RunMode::parallel) run.how_ended = *death;
  TestNotes* noted = notes_of_shown();
  if (noted == nullptr) return true;
  if (noted->death.empty()) noted->death = *death;
  reading_ = {};
  reading_.notes = noted;
  reading_.frames = reading_.stack = true;
  return true;
}

/// The name of the test whose output is being read.
std::string_view RunReader::shown_name() const {
  if (stage_ == Stage::rerun) return rerun_name_;
  const Run* run = current();
  return run == nullptr || run->tests.empty() ? std::string_view() : std::string_view(run->tests.back().name);
}

bool RunReader::traceback_line(const FedLine& fed, std::string_view line) {
  if (line.find("Traceback (most recent call last):") == std::string_view::npos) return false;
  if (const auto traceback = read_traceback_of_test(line)) {
    if (!same_test(shown_name(), traceback->name)) return false;
    TestNotes* noted = notes_of_shown();
    if (noted == nullptr) return false;
    noted->no_method = noted->no_method || traceback->crashed;
    reading_ = {};
    reading_.notes = noted;
    reading_.frames = true;
    reading_.names_method = !traceback->crashed;
    return true;
  }
  if (last_traceback_ != nullptr && line == "Traceback (most recent call last):") {
    // In a chain it is the last exception that made the test fail.
    std::string_view before = fed.before;
    for (int i = 0; i < 3; ++i) {
      const auto raw = take_last_line(before);
      if (!raw) break;
      const std::string_view above = clean(*raw, scratch_before_);
      if (above.starts_with("During handling of the above exception") ||
          above.starts_with("The above exception was the direct cause")) {
        if (last_exception_is_new_) last_traceback_->exceptions.pop_back();
        reading_ = {};
        reading_.notes = last_traceback_;
        reading_.frames = true;
        return true;
      }
    }
  }
  return false;
}

void RunReader::reading_line(std::string_view line) {
  constexpr int most_lines_before_traceback = 20;
  constexpr int most_frames_lines = 4000;
  constexpr int most_stack_lines = 400;
  Reading& reading = reading_;
  if (++reading.lines > (reading.stack    ? most_stack_lines
                         : reading.frames ? most_frames_lines
                                          : most_lines_before_traceback)) {
    reading = {};
    return;
  }
  if (!reading.frames) {
    reading.frames = line == "Traceback (most recent call last):";
    return;
  }
  if (line.empty() || line.starts_with(' ')) {
    if (const auto module = read_frame_module(line)) note_module(*reading.notes, *module);
    if (!reading.names_method) return;
    if (const auto frame = read_frame(line); frame && frame->starts_with("test_") && is_test_name(*frame)) {
      reading.method = *frame;
    }
    return;
  }
  if (reading.stack) return;
  const auto exception = read_exception(line);
  if (!exception) {
    // A frame's source may be a line of anything; the end of the block is not.
    if (line.starts_with("-----")) reading = {};
    return;
  }
  TestNotes& noted = *reading.notes;
  for (const std::string& module : read_named_modules(line)) note_module(noted, module);
  if (!reading.method.empty()) add_once(noted.functions, reading.method);
  const std::size_t known = noted.exceptions.size();
  if (room_for(1)) add_once(noted.exceptions, *exception);
  last_exception_is_new_ = noted.exceptions.size() > known;
  last_traceback_ = &noted;
  reading = {};
}

// Warning -- os.environ was modified by test_x
// Warning -- test_x leaked temporary files (1): tmpabc
bool RunReader::warning_line(std::string_view line) {
  constexpr std::string_view start = "Warning -- ";
  constexpr std::string_view modified = " was modified by ";
  constexpr std::string_view leaked = " leaked temporary files ";
  if (stage_ != Stage::running || !line.starts_with(start) || current() == nullptr || ignored_) return false;
  line.remove_prefix(start.size());
  std::string_view test;
  std::string_view part;
  if (const std::size_t at = line.find(modified); at != std::string_view::npos) {
    part = line.substr(0, at);
    test = line.substr(at + modified.size());
  } else if (const std::size_t end = line.find(leaked); end != std::string_view::npos) {
    part = "temporary files";
    test = line.substr(0, end);
  }
  constexpr std::size_t longest_part = 100;
  if (!is_test_name(test) || part.empty() || part.size() > longest_part || !room_for(2)) return false;
  add_once(notes().altered[std::string(test)], part);
  if (TestNotes* noted = notes_of_shown(); noted != nullptr && same_test(test, shown_name()))
    add_once(noted->altered, part);
  return true;
}

// ---- what wraps the output ------------------------------------------------------------------------------

void RunReader::take_wrapper(const WrapperLine& wrapper) {
  if (wrapper.exit_status) {
    log_.exit_status = wrapper.exit_status;
    if (!notes_.empty()) notes().exit_status = wrapper.exit_status;
  }
  if (!wrapper.end.empty()) {
    if (log_.wrapper_end.empty()) log_.wrapper_end = wrapper.end;
    if (!notes_.empty() && notes().wrapper_end.empty()) notes().wrapper_end = wrapper.end;
    if (!notes_.empty() && wrapper.from_outside) notes().ended_outside = wrapper.end;
  }
}

bool RunReader::wrapper_line(const FedLine& fed, std::string_view line) {
  if (line == " environment:" && (stage_ == Stage::idle || stage_ == Stage::closed)) {
    in_environment_ = true;
    environment_lines_ = 0;
    environment_name_.clear();
    return true;
  }
  // The lines above it are Buildbot's, too, but made of bytes that any output has.
  if (line.starts_with("elapsedTime=")) {
    std::string_view before = fed.before;
    for (int i = 0; i < lookback_lines; ++i) {
      const auto raw = take_last_line(before);
      if (!raw) break;
      if (const auto wrapper = read_wrapper(clean(*raw, scratch_before_))) {
        take_wrapper(*wrapper);
        ended_ = true;
      }
    }
    return true;
  }
  if (line.starts_with("##[error]") || line.find("timed out: ") != std::string_view::npos) {
    if (const auto wrapper = read_wrapper(line)) {
      take_wrapper(*wrapper);
      ended_ = true;
      return true;
    }
  }
  return false;
}

bool RunReader::environment_line(std::string_view line) {
  constexpr int most_lines = 2000;
  constexpr std::size_t longest_value = 64 * 1024;
  constexpr std::size_t most_variables = 1000;
  if (line.starts_with(" using PTY:") || ++environment_lines_ > most_lines) {
    in_environment_ = false;
    return line.starts_with(" using PTY:");
  }
  const std::size_t equals = line.find('=');
  if (line.starts_with("  ") && equals != std::string_view::npos && equals > 2) {
    const std::string_view name = line.substr(2, equals - 2);
    if (name.find(' ') == std::string_view::npos) {
      environment_name_.clear();
      if (log_.environment.size() >= most_variables) return true;
      environment_name_ = name;
      log_.environment[environment_name_] = line.substr(equals + 1, longest_value);
      return true;
    }
  }
  // A value may go on over lines.
  if (!environment_name_.empty()) {
    std::string& value = log_.environment[environment_name_];
    if (value.size() + line.size() < longest_value) value.append("\n").append(line);
  }
  return true;
}

}  // namespace bbbisect
