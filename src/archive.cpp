#include <bbbisect/archive.hpp>
#include <bbbisect/error.hpp>
#include <bbbisect/printable.hpp>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <locale.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>

namespace bbbisect {
namespace {

using namespace std::string_view_literals;

constexpr std::array beginnings{"\x1f\x8b"sv,
                                "BZh"sv,
                                "\xfd"
                                "7zXZ\0"sv,
                                "\x28\xb5\x2f\xfd"sv,
                                "PK\x03\x04"sv,
                                "PK\x05\x06"sv};
constexpr std::size_t tar_mark = 257;
constexpr std::size_t longest_name = 4096;

// libarchive turns names that are said to be UTF-8 into the characters of the locale, or into nothing.
class Utf8Names {
 public:
  Utf8Names() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_ != nullptr) before_ = ::uselocale(locale_);
  }
  ~Utf8Names() {
    if (locale_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(locale_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t locale_;
  locale_t before_ = nullptr;
};

class Reader {
 public:
  Reader(const std::string& name, const Bytes& packed) : name_(name), packed_(packed), archive_(archive_read_new()) {
    if (!archive_) throw Error("libarchive does not start: is there memory left?", ExitStatus::internal);
    // No filter that starts a program, and no format that guesses.
    for (const auto support :
         {archive_read_support_filter_gzip, archive_read_support_filter_bzip2, archive_read_support_filter_xz,
          archive_read_support_filter_zstd, archive_read_support_format_tar, archive_read_support_format_zip_streamable,
          archive_read_support_format_raw, archive_read_support_format_empty}) {
      check(support(archive_.get()));
    }
    const auto read = [](archive*, void* self, const void** data) { return static_cast<Reader*>(self)->more(data); };
    check(archive_read_open(archive_.get(), this, nullptr, read, nullptr));
  }

  /// nullptr at the end.
  archive_entry* next() {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(archive_.get(), &entry);
    if (status == ARCHIVE_EOF) return nullptr;
    check(status);
    return entry;
  }

  [[nodiscard]] bool is_raw() const { return archive_format(archive_.get()) == ARCHIVE_FORMAT_RAW; }

  std::string_view text() {
    for (;;) {
      const void* data = nullptr;
      std::size_t size = 0;
      la_int64_t offset = 0;  // holes of sparse files hold no text
      const int status = archive_read_data_block(archive_.get(), &data, &size, &offset);
      if (status == ARCHIVE_EOF) return {};
      check(status);
      if (size > 0) return {static_cast<const char*>(data), size};
    }
  }

 private:
  // Nothing may be thrown through the library.
  la_ssize_t more(const void** data) {
    try {
      const std::string_view piece = packed_();
      *data = piece.data();
      return static_cast<la_ssize_t>(piece.size());
    } catch (...) {
      trouble_ = std::current_exception();
      archive_set_error(archive_.get(), EIO, "cannot be read");
      return ARCHIVE_FATAL;
    }
  }

  // A warning is about what we do not use, such as the time of a member.
  void check(int status) {
    if (trouble_) std::rethrow_exception(trouble_);
    if (status == ARCHIVE_OK || status == ARCHIVE_WARN) return;
    const char* why = archive_error_string(archive_.get());
    throw Error(fmt::format("{} is packed, and cannot be unpacked: {}; fetch it again, or give the text itself",
                            printable(name_), printable(why != nullptr ? why : "it is damaged")));
  }

  struct Free {
    void operator()(archive* reader) const { archive_read_free(reader); }
  };

  const std::string& name_;
  const Bytes& packed_;
  std::unique_ptr<archive, Free> archive_;
  std::exception_ptr trouble_;
};

}  // namespace

bool is_packed(std::string_view head) {
  return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return head.starts_with(beginning); }) ||
         (head.size() > tar_mark && head.substr(tar_mark).starts_with("ustar"));
}

void read_packed(const std::string& name, const Bytes& packed,
                 const std::function<void(const std::string& member, const Bytes& text)>& visit) {
  const Utf8Names names;
  Reader reader(name, packed);
  int number = 0;
  for (archive_entry* entry = reader.next(); entry != nullptr; entry = reader.next()) {
    ++number;
    const char* told = archive_entry_pathname(entry);
    // One whose name cannot be had, or is absurd, is still told apart from the others.
    const bool usable = told != nullptr && std::strlen(told) <= longest_name;
    const std::string member = reader.is_raw() ? "" : usable ? told : fmt::format("member {}", number);
    visit(member, [&reader] { return reader.text(); });
  }
}

}  // namespace bbbisect
