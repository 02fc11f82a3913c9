#include <bbbisect/fetch.hpp>

namespace bbbisect {

bool is_temporary(int status) { return status == 429 || status == 502 || status == 503; }

void patiently(const Pause& pause, const std::function<void()>& attempt) {
  for (const Seconds wait : {Seconds(1), Seconds(2)}) {
    try {
      return attempt();
    } catch (const Temporary&) {
      pause(wait);
    }
  }
  attempt();
}

}  // namespace bbbisect
