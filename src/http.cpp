#include <bbbisect/error.hpp>
#include <bbbisect/http.hpp>
#include <bbbisect/printable.hpp>

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <string_view>
#include <utility>

namespace bbbisect {
namespace {

constexpr int most_redirects = 5;
constexpr std::size_t most_header_bytes = 256 * 1024;
constexpr long least_rate = 100;  // bytes a second

class Address {
 public:
  explicit Address(const std::string& text) : url_(curl_url()) {
    good_ = url_ != nullptr && curl_url_set(url_, CURLUPART_URL, text.c_str(), CURLU_URLENCODE) == CURLUE_OK;
  }
  ~Address() { curl_url_cleanup(url_); }
  Address(const Address&) = delete;
  Address& operator=(const Address&) = delete;

  [[nodiscard]] std::string part(CURLUPart which, unsigned flags = 0) const {
    char* text = nullptr;
    if (!good_ || curl_url_get(url_, which, &text, flags) != CURLUE_OK) return "";
    std::string result = text;
    curl_free(text);
    return result;
  }
  [[nodiscard]] std::string scheme() const { return part(CURLUPART_SCHEME); }
  [[nodiscard]] std::string server() const {
    return fmt::format("{}://{}:{}", scheme(), part(CURLUPART_HOST), part(CURLUPART_PORT, CURLU_DEFAULT_PORT));
  }
  [[nodiscard]] std::string without_login() {
    if (!good_) return "";
    for (const CURLUPart secret : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS}) {
      curl_url_set(url_, secret, nullptr, 0);
    }
    return part(CURLUPART_URL);
  }
  [[nodiscard]] bool is_http() const { return scheme() == "http" || scheme() == "https"; }

 private:
  CURLU* url_;
  bool good_ = false;
};

// Keeps the connections; the bodies that are not read to the end share it.
using Multi = std::shared_ptr<CURLM>;

/// One request and its answer, whose body is taken out as it comes.
class Transfer {
 public:
  Transfer(Multi multi, const std::string& address, const Login& login, const Patience& patience)
      : multi_(std::move(multi)), owner_(curl_easy_init(), &curl_easy_cleanup), shown_(printable(address)) {
    if (easy_ == nullptr) throw Error("libcurl does not start: is there memory left?", ExitStatus::internal);
    set(CURLOPT_URL, address.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);  // where a redirect leads is looked at first
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(patience.connect.count() * 1000));
    set(CURLOPT_LOW_SPEED_LIMIT, least_rate);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(patience.silence.count()));
    set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_USERAGENT, "bbbisect/" BBBISECT_VERSION);
    set(CURLOPT_ERRORBUFFER, reason_.data());
    if (!login.server.empty()) {
      set(CURLOPT_USERNAME, login.user.c_str());
      set(CURLOPT_PASSWORD, login.password.c_str());
    }
    set(
        CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t, std::size_t size, void* self) {
          static_cast<Transfer*>(self)->come_ += std::string_view(data, size);
          return size;
        });
    set(CURLOPT_WRITEDATA, this);
    set(
        CURLOPT_HEADERFUNCTION, +[](char*, std::size_t, std::size_t size, void* self) {
          auto& bytes = static_cast<Transfer*>(self)->header_bytes_;
          bytes += size;
          return bytes > most_header_bytes ? std::size_t(0) : size;
        });
    set(CURLOPT_HEADERDATA, this);
    curl_multi_add_handle(multi_.get(), easy_);
  }
  ~Transfer() { curl_multi_remove_handle(multi_.get(), easy_); }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Waits for bytes of the body; false at its end.
  bool wait() {
    while (come_.empty() && !done_) {
      int running = 0;
      check(curl_multi_perform(multi_.get(), &running));
      // Others on the same connections may be done, too; they are not asked for any more.
      int left = 0;
      while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg == CURLMSG_DONE && message->easy_handle == easy_) end(message->data.result);
      }
      if (come_.empty() && !done_) check(curl_multi_poll(multi_.get(), nullptr, 0, 200, nullptr));
    }
    return !come_.empty();
  }

  std::string_view next() {
    given_.clear();
    if (wait()) std::swap(given_, come_);
    return given_;
  }

  [[nodiscard]] int status() const {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
  }

  /// Where a redirect leads; empty when the answer is none.
  [[nodiscard]] std::string redirect() const {
    const char* address = nullptr;
    curl_easy_getinfo(easy_, CURLINFO_REDIRECT_URL, &address);
    return address == nullptr ? "" : address;
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(easy_, option, value) != CURLE_OK) {
      throw Error(fmt::format("this libcurl is too old or lacks something (option {})", static_cast<int>(option)),
                  ExitStatus::internal);
    }
  }

  void check(CURLMcode code) const {
    if (code != CURLM_OK) broken(curl_multi_strerror(code));
  }

  void end(CURLcode code) {
    done_ = true;
    if (code == CURLE_OK) return;
    if (code == CURLE_PARTIAL_FILE) throw Temporary(sentence("the server ended in the middle"));
    if (header_bytes_ > most_header_bytes) broken("the headers of its answer do not end");
    const std::string why = reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code);
    // The connection was there, and ended early. One that never came is no passing trouble: it was waited for.
    const bool ended_early = code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
                             code == CURLE_BAD_CONTENT_ENCODING;
    if (ended_early) throw Temporary(sentence(why));
    broken(why);
  }

  [[nodiscard]] std::string sentence(std::string_view why) const {
    return fmt::format("cannot fetch {}: {}; try again, or save the log and give the file", shown_, printable(why));
  }

  [[noreturn]] void broken(std::string_view why) const { throw Error(sentence(why)); }

  Multi multi_;
  std::unique_ptr<CURL, void (*)(CURL*)> owner_;
  CURL* easy_ = owner_.get();
  std::string shown_;
  std::array<char, CURL_ERROR_SIZE> reason_{};
  std::string come_, given_;
  std::size_t header_bytes_ = 0;
  bool done_ = false;
};

}  // namespace

SplitAddress split_login(const std::string& text) {
  Address address(text);
  const std::string user = address.part(CURLUPART_USER, CURLU_URLDECODE);
  const std::string password = address.part(CURLUPART_PASSWORD, CURLU_URLDECODE);
  const Login login = user.empty() && password.empty() ? Login{} : Login{address.server(), user, password};
  if (!address.is_http()) {
    throw Error("the address is none of http or https that can be fetched: copy it from the browser once more");
  }
  return {address.without_login(), login};
}

struct Http::State {
  Login login;
  Patience patience;
  Multi multi;
};

Http::Http(Login login, Patience patience) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Multi multi(curl_multi_init(), [](CURLM* owned) { curl_multi_cleanup(owned); });
  if (!multi) throw Error("libcurl does not start: is there memory left?", ExitStatus::internal);
  state_ = std::make_shared<State>(State{std::move(login), patience, std::move(multi)});
}

Fetched Http::get(const std::string& wanted) {
  const std::string scheme = Address(wanted).scheme();
  std::string address = wanted;
  for (int redirects = 0; redirects <= most_redirects; ++redirects) {
    const bool may_know = Address(address).server() == state_->login.server;
    auto transfer =
        std::make_shared<Transfer>(state_->multi, address, may_know ? state_->login : Login{}, state_->patience);
    transfer->wait();
    const std::string target = transfer->redirect();
    if (target.empty()) {
      return {transfer->status(), [transfer] { return transfer->next(); }};
    }
    Address next(target);
    if (next.scheme() != scheme) {
      throw Error(
          fmt::format("{} redirects to {}, another scheme, which is not followed; give that address if you "
                      "trust it",
                      printable(address), printable(next.is_http() ? next.without_login() : target)));
    }
    address = next.without_login();
  }
  throw Error(fmt::format("{} redirects again and again: give the address where the log really is", printable(wanted)));
}

}  // namespace bbbisect
