#include "harmless.hpp"

#include <bbbisect/pattern.hpp>

#include <algorithm>
#include <iterator>

namespace bbbisect {
namespace {

struct Rule {
  WordKind kind;
  Pattern accepted;  // of the whole word; \z, since $ would let a newline pass
  std::string_view why_not;
};

// Python imports the module of a dotted category of warnings, encodings that are no plain names are no
// modules of the package `encodings`, and a zone or a terminal with ".." would be a file of somebody's.
const Rule* rule_of(WordKind kind) {
  static const Rule rules[] = {
      {WordKind::flag, Pattern(R"(\A[A-Za-z0-9_]{0,20}\z)"), "its value is no plain word"},
      {WordKind::off_or_on, Pattern(R"(\A[01]?\z)"), "its value is neither 0 nor 1"},
      {WordKind::integer, Pattern(R"(\A-?[0-9]{1,9}\z)"), "its value is no number of up to nine digits"},
      {WordKind::threads, Pattern(R"(\A(?:[1-9]|[1-5][0-9]|6[0-4])\z)"), "its value is no number from 1 to 64"},
      {WordKind::cpus, Pattern(R"(\A(?:default|[0-9]{1,3}|)\z)"), "its value is no number of up to three digits"},
      {WordKind::size, Pattern(R"(\A[0-9]{0,4}\z)"), "its value is no number of up to four digits"},
      {WordKind::frames, Pattern(R"(\A[0-9]{0,3}\z)"), "its value is no number of up to three digits"},
      {WordKind::digits_limit, Pattern(R"(\A(?:0|6[4-9][0-9]|[7-9][0-9]{2}|[1-9][0-9]{3,8}|)\z)"),
       "its value is no limit of digits"},
      {WordKind::leak_runs, Pattern(R"(\A[0-9]{0,2}:[0-9]{0,2}\z)"),
       "its value is not two numbers of up to two digits"},
      {WordKind::seconds, Pattern(R"(\A[-+]?(?:[0-9]{1,6}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})(?:[eE][-+]?[0-3])?\z)"),
       "its value is no number of seconds that a run could take"},
      {WordKind::seed, Pattern(R"(\A-?[0-9]{1,400}\z)"), "its value is no integer"},
      {WordKind::memory, Pattern(R"(\A[0-9]{1,3}(?:\.[0-9]{1,3})?[kKmMgG][bB]?\z)"),
       "its value is no amount of memory below a terabyte"},
      {WordKind::resources, Pattern(R"(\A[A-Za-z0-9_=.,-]{1,300}\z)"), "its value is no list of resources"},
      {WordKind::pattern, Pattern(R"(\A[A-Za-z0-9_.*?\[\]!-]{1,500}\z)"), "its value is no pattern of test names"},
      {WordKind::file, Pattern(R"(\A(?![/-])(?!(?:.*/)?\.\.(?:/|\z))[A-Za-z0-9_+.,/-]{1,255}\z)"),
       "its file is not below the directory in which the runner starts"},
      {WordKind::filter, Pattern(R"(\A(?=[ -~]{1,200}\z)[^:]*(?::[^:]*(?::[A-Za-z0-9_]*(?::.*)?)?)?\z)"),
       "its category is not a builtin one, and to import it would be to run it"},
      {WordKind::filters, Pattern(R"(\A[A-Za-z0-9_,: ]{0,200}\z)"), "its value is no list of warning filters"},
      {WordKind::locale, Pattern(R"(\A(?!.*\.\.)(?:[A-Za-z0-9][A-Za-z0-9_.@-]{0,59})?\z)"), "its value is no locale"},
      {WordKind::locales, Pattern(R"(\A(?!.*\.\.)(?:[A-Za-z0-9][A-Za-z0-9_.@:-]{0,99})?\z)"),
       "its value is no list of locales"},
      {WordKind::zone, Pattern(R"(\A(?!.*(?:\.\.|//))(?:[A-Za-z0-9<][A-Za-z0-9_+.,/:<>-]{0,99})?\z)"),
       "its value is no time zone"},
      {WordKind::terminal, Pattern(R"(\A(?!.*\.\.)(?:[A-Za-z0-9][A-Za-z0-9_+.-]{0,39})?\z)"),
       "its value is no terminal"},
      {WordKind::encoding, Pattern(R"(\A(?!.*\.\.)(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,39})?(?::[a-z_]{0,30})?\z)"),
       "its value is no encoding"},
      {WordKind::allocator, Pattern(R"(\A(?:default|debug|(?:py|mi)?malloc(?:_debug)?|)\z)"),
       "its value is no allocator"},
      {WordKind::hash_seed, Pattern(R"(\A(?:random|[0-3]?[0-9]{1,9}|)\z)"), "its value is no seed of hashes"},
  };
  const auto* rule = std::ranges::find(rules, kind, &Rule::kind);
  return rule == std::end(rules) ? nullptr : rule;
}

}  // namespace

std::string_view why_not(WordKind kind, std::string_view word) {
  const Rule* rule = rule_of(kind);
  if (rule == nullptr) return "it is not handed on";
  return rule->accepted.search(word) ? std::string_view() : rule->why_not;
}

}  // namespace bbbisect
