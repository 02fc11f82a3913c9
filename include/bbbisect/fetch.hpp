// Asking a server, over a callable, so that whoever asks needs no network: what it says, and what may be asked again.
#pragma once

#include <bbbisect/bytes.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/test_order.hpp>

#include <functional>
#include <string>

namespace bbbisect {

/// What a server says to a request.
struct Fetched {
  int status = 0;  ///< of HTTP: 200 is good
  Bytes body;
};

/// Asks for an http or https address. Throws Error when there is no answer; a bad status is one.
using Fetch = std::function<Fetched(const std::string& address)>;

/// What may be over in a moment: a server that is busy, an answer that broke off.
class Temporary : public Error {
 public:
  using Error::Error;
};

/// Whether a server that answers with this status of HTTP may be asked again in a moment.
bool is_temporary(int status);

/// Waits, or in a test only counts.
using Pause = std::function<void(Seconds)>;

/// Makes the attempt until it throws no Temporary, three times at most, with a pause of one second and one of two.
/// What the last one throws goes on.
void patiently(const Pause& pause, const std::function<void()>& attempt);

}  // namespace bbbisect
