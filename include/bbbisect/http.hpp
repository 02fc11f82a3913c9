// Fetching over HTTP and HTTPS. Hides libcurl, which takes the proxies from the usual variables.
#pragma once

#include <bbbisect/bytes.hpp>
#include <bbbisect/fetch.hpp>
#include <bbbisect/test_order.hpp>

#include <memory>
#include <string>

namespace bbbisect {

/// Name and password, and the only server that is told them.
struct Login {
  std::string server;  ///< "https://host:443"; empty: there is no login
  std::string user, password;
};

/// An address as it may be shown and asked for, and the login that stood in it.
struct SplitAddress {
  std::string address;
  Login login;
};

/// Takes the login out of an http or https address. Throws Error (usage) when it is none.
SplitAddress split_login(const std::string& text);

/// How long to wait before giving up.
struct Patience {
  Seconds connect{30};  ///< for the connection
  Seconds silence{30};  ///< with less than 100 bytes a second; whole seconds
};

/// Keeps connections between requests. Redirects are followed up to five times, never to another scheme. The
/// bodies are streamed: nothing is read ahead beyond about a megabyte.
class Http {
 public:
  explicit Http(Login login = {}, Patience patience = {});

  /// The answer of the last redirect. Throws Error when there is none, or when the body breaks off.
  Fetched get(const std::string& wanted);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace bbbisect
