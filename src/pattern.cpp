#include <bbbisect/pattern.hpp>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdexcept>
#include <string>

namespace bbbisect {
namespace {

template <auto function>
struct Freed {
  template <typename T>
  void operator()(T* pointer) const {
    function(pointer);
  }
};
using Code = std::unique_ptr<pcre2_code, Freed<pcre2_code_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Freed<pcre2_match_data_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Freed<pcre2_match_context_free>>;

std::string message_of(int code) {
  std::string text(256, '\0');
  const int size = pcre2_get_error_message(code, reinterpret_cast<PCRE2_UCHAR*>(text.data()), text.size());
  text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return text;
}

}  // namespace

struct Pattern::Compiled {
  Code code;
  MatchContext context;
};

Pattern::Pattern(std::string_view expression) : Pattern(expression, PCRE2_DOLLAR_ENDONLY) {}

Pattern Pattern::caseless(std::string_view text) { return {text, PCRE2_LITERAL | PCRE2_CASELESS | PCRE2_UTF}; }

Pattern::Pattern(std::string_view expression, std::uint32_t options) : compiled_(std::make_unique<Compiled>()) {
  int error = 0;
  std::size_t where = 0;
  compiled_->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(), options,
                                      &error, &where, nullptr));
  if (!compiled_->code) {
    throw std::logic_error("malformed pattern " + std::string(expression) + " at " + std::to_string(where) + ": " +
                           message_of(error));
  }
  compiled_->context.reset(pcre2_match_context_create(nullptr));
  if (!compiled_->context) throw std::bad_alloc();
  constexpr std::uint32_t steps = 1'000'000;
  pcre2_set_match_limit(compiled_->context.get(), steps);
  // Without JIT the interpreter matches the same, only slower.
  pcre2_jit_compile(compiled_->code.get(), PCRE2_JIT_COMPLETE);
}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

std::optional<Match> Pattern::search(std::string_view subject) const {
  const pcre2_code* code = compiled_->code.get();
  const MatchData data(pcre2_match_data_create_from_pattern(code, nullptr));
  if (!data) throw std::bad_alloc();
  const auto match = [&](std::uint32_t options) {
    return pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(subject.data()), subject.size(), 0, options, data.get(),
                       compiled_->context.get());
  };
  int count = match(0);
  // JIT's stack is small and fixed; the interpreter's is the heap.
  if (count == PCRE2_ERROR_JIT_STACKLIMIT) count = match(PCRE2_NO_JIT);
  if (count == PCRE2_ERROR_NOMEMORY) throw std::bad_alloc();
  if (count < 0) return std::nullopt;

  const std::size_t* ends = pcre2_get_ovector_pointer(data.get());
  Match result;
  result.groups_.resize(pcre2_get_ovector_count(data.get()));
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    if (ends[2 * i] != PCRE2_UNSET) {
      result.groups_[i] = subject.substr(ends[2 * i], ends[2 * i + 1] - ends[2 * i]);
    }
  }
  return result;
}

}  // namespace bbbisect
