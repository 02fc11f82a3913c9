#include <bbbisect/error.hpp>
#include <bbbisect/http.hpp>

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

using namespace bbbisect;

namespace {

// A proxy of this machine would stand between.
const bool no_proxy = ::setenv("no_proxy", "*", 1) == 0;

// Answers one request after the other, each on a connection of its own, with the next of `answers`; then it is gone.
class Server {
 public:
  explicit Server(std::vector<std::string> answers) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listener_, 5) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answers = std::move(answers)] {
      for (const std::string& answer : answers) serve(answer);
    });
  }
  ~Server() {
    ::shutdown(listener_, SHUT_RDWR);  // ends a wait for requests that do not come
    thread_.join();
    ::close(listener_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::string address(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  [[nodiscard]] int port() const { return port_; }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve(std::string answer) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    std::string request;
    char byte = 0;
    while (!request.ends_with("\r\n\r\n") && ::recv(connection, &byte, 1, 0) == 1) request += byte;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    const bool endless = answer.ends_with("(endless)");
    if (endless) answer.resize(answer.size() - 9);
    while (!answer.empty()) {
      const ssize_t sent = ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      if (sent < 0) break;
      if (!endless) answer.erase(0, static_cast<std::size_t>(sent));
    }
    ::close(connection);
  }

  int listener_;
  int port_ = 0;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

std::string answer(const std::string& body, const std::string& status = "200 OK", const std::string& more = "") {
  return "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         more + "\r\n" + body;
}

std::string redirect(const std::string& target) { return answer("moved", "302 Found", "Location: " + target + "\r\n"); }

std::string all_of(const Bytes& bytes) {
  std::string text;
  for (std::string_view piece = bytes(); !piece.empty(); piece = bytes()) text += piece;
  return text;
}

std::string refusal(const std::string& address, Http http = Http()) {
  try {
    (void)all_of(http.get(address).body);
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    return error.what();
  }
  return "(fetched)";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a body comes whole, with its status") {
  const std::string body(3000000, 'x');
  Server server({answer(body), answer("nothing here", "404 Not Found")});
  Http http;
  const Fetched good = http.get(server.address("/a?b=c#not-sent"));
  CHECK(good.status == 200);
  CHECK(all_of(good.body) == body);
  CHECK(good.body().empty());
  const Fetched bad = http.get(server.address());
  CHECK(bad.status == 404);
  CHECK(all_of(bad.body) == "nothing here");
  CHECK(holds(server.requests().front(), "GET /a?b=c HTTP"));
}

TEST_CASE("a body that is not read to the end does no harm to the next") {
  Server server({answer(std::string(3000000, 'x')), answer("two")});
  Http http;
  Fetched first = http.get(server.address());
  CHECK_FALSE(first.body().empty());
  CHECK(all_of(http.get(server.address()).body) == "two");
}

TEST_CASE("redirects are followed within the scheme, five times at most") {
  {
    Server server({redirect("/b"), answer("found")});
    CHECK(all_of(Http().get(server.address()).body) == "found");
    CHECK(holds(server.requests().back(), "GET /b "));
  }
  {
    const std::vector<std::string> loop(10, redirect("/"));
    Server server(loop);
    CHECK(holds(refusal(server.address()), "redirects again and again"));
    CHECK(server.requests().size() == 6);
  }
  for (const std::string target :
       {"file:///etc/passwd", "https://127.0.0.1/", "ftp://127.0.0.1/x", "gopher://127.0.0.1/"}) {
    CAPTURE(target);
    Server server({redirect(target), answer("followed")});
    const std::string sentence = refusal(server.address());
    CHECK(holds(sentence, "redirects to " + target));
    CHECK(holds(sentence, "another scheme"));
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("a login is told to its server alone, and shown to nobody") {
  Server elsewhere({answer("found")});
  Server server({redirect("http://x:y@127.0.0.1:" + std::to_string(elsewhere.port()) + "/log")});
  std::string address = server.address("/log");
  address.insert(7, "jo:s%40cret@");
  const SplitAddress split = split_login(address);
  CHECK(split.address == server.address("/log"));
  CHECK(split.login.user == "jo");
  CHECK(split.login.password == "s@cret");
  CHECK(all_of(Http(split.login).get(split.address).body) == "found");
  CHECK(holds(server.requests().at(0), "Authorization: Basic am86c0BjcmV0"));
  CHECK_FALSE(holds(elsewhere.requests().at(0), "Authorization"));
  CHECK(split_login("https://host/#/builders/1").address == "https://host/#/builders/1");
  CHECK(split_login("https://host/a").login.server.empty());
  CHECK_THROWS_AS((void)split_login("http://"), Error);
  CHECK_THROWS_AS((void)split_login("ftp://host/"), Error);
}

TEST_CASE("what breaks off, says nonsense, or is not there is a sentence") {
  {
    Server server({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"});
    CHECK(holds(refusal(server.address()), "the server ended in the middle"));
  }
  {
    Server server({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"});
    CHECK(holds(refusal(server.address()), "cannot fetch " + server.address()));
  }
  {
    Server server({"nonsense"});
    CHECK(holds(refusal(server.address()), "cannot fetch "));
  }
  {
    Server server({"HTTP/1.1 200 OK\r\n" + std::string("X-Y: 0123456789012345678901234567890123456789\r\n(endless)")});
    CHECK(holds(refusal(server.address()), "cannot fetch "));
  }
  {
    std::string gone;
    { gone = Server({}).address(); }
    CHECK(holds(refusal(gone), "cannot fetch " + gone));
  }
}

TEST_CASE("an answer that ends early is temporary, a connection that never came is not") {
  const auto is_temporary = [](const std::string& address) {
    try {
      (void)all_of(Http().get(address).body);
    } catch (const Temporary&) {
      return true;
    } catch (const Error&) {
      return false;
    }
    FAIL("fetched");
    return false;
  };
  for (const std::string cut : {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", ""}) {
    CAPTURE(cut);
    Server server({cut});
    CHECK(is_temporary(server.address()));
  }
  std::string gone;
  { gone = Server({}).address(); }
  CHECK_FALSE(is_temporary(gone));
}

TEST_CASE("a server that says nothing is given up") {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener, 1) == 0);  // the kernel accepts, nobody answers
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const auto start = std::chrono::steady_clock::now();
  CHECK(holds(
      refusal("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/", Http({}, {Seconds(5), Seconds(1)})),
      "cannot fetch "));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
  ::close(listener);
}

TEST_CASE("an endless body is read piece by piece, as far as is wanted") {
  Server server({"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(100000, 'x') + "(endless)"});
  Fetched fetched = Http().get(server.address());
  std::size_t most = 0;
  std::size_t total = 0;
  while (total < 200000000) {
    const std::size_t size = fetched.body().size();
    REQUIRE(size > 0);
    most = std::max(most, size);
    total += size;
  }
  CHECK(most < 4000000);
  fetched = {};  // closes the connection, so that the server ends
}
