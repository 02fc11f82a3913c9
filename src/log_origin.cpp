#include <bbbisect/log_origin.hpp>
#include <bbbisect/printable.hpp>

#include <fmt/format.h>

namespace bbbisect {

std::string describe(LogOrigin::Kind kind) {
  switch (kind) {
    case LogOrigin::Kind::file:
      return "file";
    case LogOrigin::Kind::standard_input:
      return "standard input";
    case LogOrigin::Kind::directory:
      return "directory";
    case LogOrigin::Kind::archive:
      return "archive";
    case LogOrigin::Kind::address:
      return "address";
    case LogOrigin::Kind::buildbot:
      return "buildbot";
  }
  return "";
}

std::string describe(const LogOrigin& origin) {
  if (origin.kind == LogOrigin::Kind::buildbot) {
    std::string text = fmt::format("build {} of {}, step {}", origin.build.value_or(0), printable(origin.builder),
                                   printable(origin.step));
    if (!origin.revision.empty()) text += ", revision " + printable(origin.revision);
    if (!origin.branch.empty()) text += fmt::format(" ({})", printable(origin.branch));
    if (!origin.worker.empty()) text += ", worker " + printable(origin.worker);
    return text;
  }
  if (!origin.member.empty()) return fmt::format("{} of {}", printable(origin.member), printable(origin.name));
  return origin.kind == LogOrigin::Kind::address ? printable(origin.name) : "";
}

}  // namespace bbbisect
